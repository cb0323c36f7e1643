"""Webhooks of a space, for its administrators."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.api.actions import webhooks as actions
from maillage.api.forms.webhooks import WebhookForm
from maillage.api.lib.webhooks import EVENT_LABELS, secret_of
from maillage.api.models import Webhook, WebhookDelivery
from maillage.api.queries.webhooks import (
    event_label,
    health_of,
    log_of,
    of_space,
    subject_of,
)
from maillage.spaces.access import for_administrators
from maillage.spaces.models import Space

_PAGE = 50


@require_safe
@for_administrators
def webhooks(request: HttpRequest, space: Space) -> HttpResponse:
    context = {"found": of_space(space, now=timezone.now()), "most": actions.MOST}
    return render(request, "api/webhooks/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: HttpRequest, space: Space) -> HttpResponse:
    form = WebhookForm(request.POST or None, initial={"events": list(EVENT_LABELS)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_webhook(
                space, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Le webhook est créé. Envoyez-lui un essai.")
            return redirect("api_agent:webhook", space.slug, made.pk)
    return render(request, "api/webhooks/form.html", {"form": form, "webhook": None})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def change(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    webhook = _of(space, pk)
    known = {name: getattr(webhook, name) for name in ("url", "events", "description")}
    form = WebhookForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        actions.change_webhook(webhook, form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, "Le webhook est à jour.")
        return redirect("api_agent:webhook", space.slug, pk)
    return render(request, "api/webhooks/form.html", {"form": form, "webhook": webhook})


@require_safe
@for_administrators
def webhook(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Its health, its secret, and the log of its calls."""
    found = _of(space, pk)
    page = Paginator(log_of(found), _PAGE).get_page(request.GET.get("page"))
    context = {
        "webhook": found,
        "health": health_of(found, now=timezone.now()),
        "events": [event_label(code) for code in found.events],
        "secret": secret_of(found.salt),
        "page": page,
        "rows": [(one, event_label(one.event), subject_of(one)) for one in page],
    }
    return render(request, "api/webhooks/one.html", context)


@require_POST
@for_administrators
def ping(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    actions.ping(_of(space, pk), now=timezone.now())
    messages.success(request, "L'essai part. Rechargez la page dans quelques secondes.")
    return redirect("api_agent:webhook", space.slug, pk)


@require_POST
@for_administrators
def pause(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    actions.pause(_of(space, pk), by=request.user, now=timezone.now())
    messages.success(request, "Le webhook est en pause : ce qui change est gardé.")
    return redirect("api_agent:webhook", space.slug, pk)


@require_POST
@for_administrators
def resume(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    actions.resume(_of(space, pk), by=request.user, now=timezone.now())
    messages.success(request, "Le webhook reprend, d'où il s'était arrêté.")
    return redirect("api_agent:webhook", space.slug, pk)


@require_POST
@for_administrators
def secret(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    actions.change_secret(_of(space, pk), by=request.user, now=timezone.now())
    messages.success(request, "Le secret est changé : donnez le nouveau à qui reçoit.")
    return redirect("api_agent:webhook", space.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def remove(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    found = _of(space, pk)
    if request.method == "POST":
        actions.remove(found, by=request.user, now=timezone.now())
        messages.success(request, "Le webhook est supprimé.")
        return redirect("api_agent:webhooks", space.slug)
    return render(request, "api/webhooks/remove.html", {"webhook": found})


@require_POST
@for_administrators
def again(request: HttpRequest, space: Space, pk: int, delivery: int) -> HttpResponse:
    found = get_object_or_404(WebhookDelivery, pk=delivery, webhook=_of(space, pk))
    actions.send_again(found, now=timezone.now())
    messages.success(request, "L'envoi repart. Rechargez la page dans quelques secondes.")
    return redirect("api_agent:webhook", space.slug, pk)


def _of(space: Space, pk: int) -> Webhook:
    return get_object_or_404(Webhook.objects.select_related("space"), pk=pk, space=space)
