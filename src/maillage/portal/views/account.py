"""After sign-in: where a person works."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from maillage.portal.queries.places import places_of


@require_safe
def after_login(request: HttpRequest) -> HttpResponse:
    """Straight to the only place where the person acts, or a choice; without any, a word of advice."""
    places = places_of(request.user)
    if places.only:
        return redirect(places.only)
    return render(request, "portal/my_spaces.html", {"places": places})
