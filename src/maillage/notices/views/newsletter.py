"""The newsletter for everyone: read its issues, ask for it, confirm, stop."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core import throttle
from maillage.notices.actions import newsletter as actions
from maillage.notices.forms.newsletter import SubscribeForm
from maillage.notices.lib.keys import read_newsletter_key
from maillage.notices.models import Issue, Subscription
from maillage.notices.queries.issues import reading
from maillage.notices.views.inbox import page_number
from maillage.spaces.access import allowed
from maillage.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("public.read")
def letters(request: HttpRequest, space: Space) -> HttpResponse:
    """The issues that left, and the form. The answer to a request is the same whatever was known."""
    form = SubscribeForm(request.POST or None, space=space)
    asked = False
    if request.method == "POST" and form.is_valid():
        if throttle.allows(request, "newsletter", times=10, seconds=3600):
            actions.ask(space, form.cleaned_data["email"], now=timezone.now())
            asked = True
        else:
            form.add_error(None, "Trop de demandes viennent d'ici : réessayez dans une heure.")
    sent = Issue.objects.filter(space=space, state=Issue.State.SENT).order_by("-number")
    first = (page_number(request) - 1) * 24
    context = {"issues": sent[first : first + 24], "form": form, "asked": asked}
    return render(request, "notices/letters.html", context)


@require_safe
@allowed("public.read")
def issue(request: HttpRequest, space: Space, number: int) -> HttpResponse:
    found = get_object_or_404(
        Issue.objects.select_related("space"),
        space=space,
        number=number,
        state__in=[Issue.State.SENDING, Issue.State.SENT],
    )
    return render(request, "notices/issue.html", {"reading": reading(found)})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("public.read")
def confirm(request: HttpRequest, space: Space, key: str) -> HttpResponse:
    found = actions.waiting(space, key, now=timezone.now())
    if found is None:
        raise Http404
    if request.method == "POST":
        actions.confirm(found, now=timezone.now())
    is_done = request.method == "POST" or found.confirmed_at is not None
    context = {"is_done": is_done, "wording": found.wording}
    return _private(render(request, "notices/confirm.html", context))


@csrf_exempt  # mail services post without a page of ours (RFC 8058); the key is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("public.read")
def stop(request: HttpRequest, space: Space, key: str) -> HttpResponse:
    """Stopping twice, or what was forgotten since, is answered as stopped."""
    number = read_newsletter_key(key)
    if number is None:
        raise Http404
    found = Subscription.objects.filter(pk=number, space=space, ended_at=None).first()
    if request.method == "POST" and found is not None:
        actions.end(found, now=timezone.now())
    is_done = request.method == "POST" or found is None
    return _private(render(request, "notices/stop_letter.html", {"is_done": is_done}))


def _private(response: HttpResponse) -> HttpResponse:
    """The address of the page holds a key: no cache keeps it."""
    response["Cache-Control"] = "no-store, private"
    return response
