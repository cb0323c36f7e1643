"""The page of an invitation to keep a structure's page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from maillage.structures.actions.invitations import (
    accept_invitation,
    find_invitation,
    is_for,
    why_closed,
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Opened by mail scanners too: reading it does nothing."""
    found = find_invitation(key)
    if found is None:
        raise Http404
    if request.method == "POST" and request.user.is_authenticated:
        try:
            member = accept_invitation(key, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"Vous tenez maintenant la fiche de {member.structure}.")
            return redirect("member:home", member.structure_id)
    context = {
        "invitation": found,
        "closed": why_closed(found, now=timezone.now()),
        "is_theirs": request.user.is_authenticated and is_for(found, request.user),
    }
    return render(request, "portal/invitation.html", context)
