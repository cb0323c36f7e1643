"""Settings of a space: its identity and its look."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from maillage.portal.actions.space import set_logo, update_identity
from maillage.portal.forms.space import ColorsForm, IdentityForm, LogoForm
from maillage.portal.queries.readiness import readiness
from maillage.spaces.access import for_administrators
from maillage.spaces.actions import SpaceError, UnreadableColorError, update_branding
from maillage.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def identity(request: HttpRequest, space: Space) -> HttpResponse:
    form = IdentityForm(request.POST or None, instance=Space.objects.get(pk=space.pk))
    if request.method == "POST" and form.is_valid():
        update_identity(space, form.values(), by=request.user, now=timezone.now())
        messages.success(request, "L'identité de l'espace est à jour.")
        return redirect("manage:identity", space.slug)
    context = {"form": form, "checks": readiness(space)}
    return render(request, "portal/manage/identity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def look(request: HttpRequest, space: Space) -> HttpResponse:
    """Colours are refused when they can't be read, with the nearest good one offered."""
    shown = {"color_main": space.color_main, "color_ink": space.color_ink}
    form = ColorsForm(request.POST or None, initial=shown)
    offered: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            update_branding(space, **form.cleaned_data, by=request.user, now=timezone.now())
        except UnreadableColorError as error:
            form.add_error(error.field, _without_label(error))
            offered = {**form.data.dict(), error.field: error.suggestion}
        except SpaceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Les couleurs de l'espace sont à jour.")
            return redirect("manage:look", space.slug)
    context = {"form": form, "logo_form": LogoForm(), "offered": offered}
    return render(request, "portal/manage/look.html", context)


@require_POST
@for_administrators
def logo(request: HttpRequest, space: Space) -> HttpResponse:
    """Put a logo, or take it away with `remove`."""
    if "remove" in request.POST:
        set_logo(space, None, by=request.user, now=timezone.now())
        messages.success(request, "Le logo est retiré.")
        return redirect("manage:look", space.slug)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        set_logo(space, form.cleaned_data["logo"], by=request.user, now=timezone.now())
        messages.success(request, "Le logo est en place.")
        return redirect("manage:look", space.slug)
    colors = ColorsForm(initial={"color_main": space.color_main, "color_ink": space.color_ink})
    context = {"form": colors, "logo_form": form, "offered": {}}
    return render(request, "portal/manage/look.html", context)


def _without_label(error: UnreadableColorError) -> str:
    """The sentence stands beside its field, whose label it need not repeat."""
    sentence = str(error).partition(" : ")[2]
    return sentence[:1].upper() + sentence[1:]
