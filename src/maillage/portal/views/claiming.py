"""« Tenir cette fiche » : from the public page to a claim."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from maillage.directory.queries.sheet import Fate, locate
from maillage.portal.forms.acts import refused
from maillage.portal.forms.claims import ClaimForm
from maillage.portal.queries.claiming import claiming_page
from maillage.spaces.access import allowed
from maillage.spaces.models import Space
from maillage.structures.actions.claims import start_claim
from maillage.structures.enums import Proof
from maillage.structures.models import Claim, Structure

# What the address calls each proof.
PROOFS = {
    "domaine": Proof.DOMAIN,
    "code": Proof.CODE,
    "dirigeant": Proof.OFFICIAL,
    "parole": Proof.WORD,
}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("public.read")
def claim(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    """Explain to anyone; whoever is signed in chooses a proof, then gives it."""
    found = locate(space, slug, now=timezone.now())
    if found.fate is Fate.MOVED:
        return redirect("portal:claim", space.slug, found.slug)
    if found.fate is Fate.GONE:
        return render(request, "directory/gone.html", {"structure": found.gone}, status=410)
    if found.fate is not Fate.HERE:
        raise Http404
    return _open(request, space, Structure.objects.get(slug=slug))


def _open(request: HttpRequest, space: Space, structure: Structure) -> HttpResponse:
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.get_full_path())
        return render(request, "portal/claim.html", claiming_page(structure, None))
    page = claiming_page(structure, request.user)
    if page["membership"] is not None:
        return redirect("member:home", structure.pk)
    if page["pending"] is not None:
        return redirect("member:claim", page["pending"].pk)
    return _choose(request, space, structure, page)


def _choose(
    request: HttpRequest, space: Space, structure: Structure, page: dict[str, Any]
) -> HttpResponse:
    proof = PROOFS.get(request.GET.get("preuve", ""))
    if proof is None:
        return render(request, "portal/claim.html", page)
    initial = {"email": page["own_address"], "official": str(request.user)}
    form = ClaimForm(request.POST or None, proof=proof, domains=page["domains"], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = start_claim(
                structure, form.given(), by=request.user, now=timezone.now(), space=space
            )
        except ValidationError as error:
            refused(form, error)
        else:
            return _told(request, made)
    return render(request, "portal/claim.html", {**page, "form": form, "proof": proof})


def _told(request: HttpRequest, made: Claim) -> HttpResponse:
    if made.state == Claim.State.ACCEPTED:
        messages.success(request, f"Vous tenez maintenant la fiche de {made.structure}.")
        return redirect("member:home", made.structure_id)
    messages.success(request, "Votre demande est enregistrée.")
    return redirect("member:claim", made.pk)
