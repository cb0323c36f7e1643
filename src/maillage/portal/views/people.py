"""People of a space and their roles."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.portal.actions.space import invite
from maillage.portal.forms.space import InvitationForm, RoleForm
from maillage.spaces.access import for_administrators
from maillage.spaces.actions import SpaceError, grant_role, revoke_role
from maillage.spaces.models import Space


@require_safe
@for_administrators
def people(request: HttpRequest, space: Space) -> HttpResponse:
    roles = space.roles.select_related("user").order_by("kind", "user__email")
    return render(request, "portal/manage/people.html", {"roles": roles})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def invitation(request: HttpRequest, space: Space) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invite(space, **form.cleaned_data, by=request.user, now=timezone.now())
        except SpaceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Un message est parti à {user.email}, avec le lien d'accès.")
            return redirect("manage:people", space.slug)
    return render(request, "portal/manage/invitation.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def person(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Change a role, or take it away with `remove`."""
    role = get_object_or_404(space.roles.select_related("user"), pk=pk)
    held = {"kind": role.kind, "partner_kind": role.partner_kind}
    form = RoleForm(request.POST or None, initial=held)
    removing = "remove" in request.POST
    if request.method == "POST" and (removing or form.is_valid()):
        who = {"by": request.user, "now": timezone.now()}
        try:
            if removing:
                revoke_role(space, role.user, **who)
            else:
                grant_role(space, role.user, **form.cleaned_data, **who)
        except SpaceError as error:
            messages.error(request, str(error))
        else:
            done = "n'a plus accès à cet espace" if removing else "a son nouveau rôle"
            messages.success(request, f"{role.user} {done}.")
        return redirect("manage:people", space.slug)
    return render(request, "portal/manage/person.html", {"role": role, "form": form})
