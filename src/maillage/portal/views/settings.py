"""Settings of a space: identity, look, perimeter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from maillage.portal.actions.space import set_logo, update_identity
from maillage.portal.forms.space import ColorsForm, IdentityForm, LogoForm
from maillage.spaces.access import for_administrators
from maillage.spaces.actions import update_branding
from maillage.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def identity(request: HttpRequest, space: Space) -> HttpResponse:
    form = IdentityForm(request.POST or None, instance=Space.objects.get(pk=space.pk))
    if request.method == "POST" and form.is_valid():
        update_identity(space, form.values(), by=request.user, now=timezone.now())
        messages.success(request, "L'identité de l'espace est à jour.")
        return redirect("manage:identity", space.slug)
    return render(request, "portal/manage/identity.html", {"form": form})
