"""After sign-in: where a person works, and for whom they act."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from maillage.portal.queries.places import places_of
from maillage.structures.middleware import CHOICE
from maillage.structures.queries.acting import structure_kept


@require_safe
def after_login(request: HttpRequest) -> HttpResponse:
    """Straight to the only place where the person acts, or a choice; without any, a word of advice.

    With `choix` in the address, always the choice.
    """
    places = places_of(request.user)
    if places.only and "choix" not in request.GET:
        return redirect(places.only)
    return render(request, "portal/my_spaces.html", {"places": places})


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Act for the structure `structure` from now on, or in one's own name when it is empty."""
    asked = request.POST.get("structure", "")
    if not asked:
        request.session.pop(CHOICE, None)
        messages.success(request, "Vous agissez en votre nom.")
    else:
        number = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
        structure = structure_kept(request.user, number)
        if structure is None:
            raise Http404
        request.session[CHOICE] = structure.pk
        messages.success(request, f"Vous agissez pour {structure.name}.")
    then = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(then, {request.get_host()}, request.is_secure()):
        return redirect("account_home")
    return redirect(then)
