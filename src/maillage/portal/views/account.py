"""After sign-in: where a person works."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from maillage.spaces.queries import spaces_of


@require_safe
def after_login(request: HttpRequest) -> HttpResponse:
    """Straight to the only space of the person, or a choice; without any role, a word of advice."""
    spaces = list(spaces_of(request.user))
    if len(spaces) == 1:
        return redirect("manage:dashboard", spaces[0].slug)
    return render(request, "portal/my_spaces.html", {"spaces": spaces})
