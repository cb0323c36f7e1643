"""Claims on the structures of a space, for its agents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from maillage.core import journal
from maillage.sources.queries.credits import credit
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.actions.claim_decisions import waits_until
from maillage.structures.enums import Proof
from maillage.structures.models import Claim, Establishment, Membership, Structure
from maillage.structures.queries.people import PENDING, members_of, pending_claims
from maillage.territories.queries import names_by_code

PAGE_SIZE = 50
# What the address calls each list.
LISTS = {
    "a-examiner": (Claim.State.OPEN,),
    "preuve-attendue": (Claim.State.PROVING,),
    "tranchees": (Claim.State.ACCEPTED, Claim.State.REFUSED, Claim.State.WITHDRAWN),
}
STRENGTH = {
    Proof.DOMAIN: "forte",
    Proof.CODE: "forte",
    Proof.OFFICIAL: "moyenne",
    Proof.WORD: "faible",
}


def claims_of(space: Space) -> QuerySet[Claim]:
    """Claims that the agents of a space may know of: two spaces see those of the structures they share."""
    # From the side of the claims, few beside the structures: each looks its places up.
    inside = Establishment.objects.filter(
        structure=OuterRef("structure_id"), municipality_code__in=perimeter_codes(space)
    )
    claims = Claim.objects.filter(Exists(inside), structure__merged_into=None)
    return claims.select_related("structure", "user")


def claim_counts(space: Space) -> dict[str, int]:
    """Number of claims of each list of the queue, by its name in the address. One query."""
    return claims_of(space).aggregate(
        **{
            name.replace("-", "_"): Count("pk", filter=Q(state__in=states))
            for name, states in LISTS.items()
        }
    )


def claims_page(space: Space, chosen: str, number: int) -> Page[Claim]:
    """Oldest first for those that wait, latest first for the others."""
    administered = Membership.objects.filter(
        structure=OuterRef("structure"), ended_at=None, kind=Membership.Kind.ADMINISTRATOR
    )
    rivals = Claim.objects.filter(structure=OuterRef("structure"), state__in=PENDING)
    found = claims_of(space).filter(state__in=LISTS[chosen])
    found = found.annotate(
        administered=Exists(administered), rivalled=Exists(rivals.exclude(pk=OuterRef("pk")))
    )
    order = ("-decided_at", "-pk") if chosen == "tranchees" else ("created_at", "pk")
    page: Page[Any] = Paginator(found.order_by(*order), PAGE_SIZE).get_page(number)
    for claim in page:
        claim.strength = STRENGTH[Proof(claim.proof)]
    return page


def load_claim(space: Space, pk: int) -> Claim:
    """A claim that the space may know of, or `Http404`."""
    claim: Claim = get_object_or_404(claims_of(space), pk=pk)
    return claim


@dataclass(frozen=True, slots=True)
class Known:
    """What the directory knows of a means to reach the structure, and from whom."""

    value: str
    source: str


def known(structure: Structure, name: str) -> Known:
    fact = (structure.provenance or {}).get(name) or {}
    source = credit(fact.get("source") or "")
    return Known(str(getattr(structure, name) or ""), source.producer or source.name)


def post_address(structure: Structure) -> Establishment | None:
    """Where a letter reaches the structure: its head office, else any open place."""
    places = structure.establishments.exclude(address="").order_by("-is_head_office", "state", "pk")
    place = places.first()
    if place is not None:
        names = names_by_code()
        place.commune = names.get(place.municipality_code, "")  # type: ignore[attr-defined]
    return place


def claim_sheet(claim: Claim, *, now: datetime) -> dict[str, Any]:
    """Everything an agent needs to decide: the person, their proof, the registers, who else."""
    structure, until = claim.structure, waits_until(claim)
    rivals = pending_claims(structure).exclude(pk=claim.pk)
    return {
        "claim": claim,
        "structure": structure,
        "strength": STRENGTH[Proof(claim.proof)],
        "pending": claim.state in PENDING,
        "phone": known(structure, "phone"),
        "email": known(structure, "email"),
        "website": known(structure, "website"),
        "place": post_address(structure),
        "members": list(members_of(structure)),
        "rivals": list(rivals),
        "elsewhere": Claim.objects.filter(user=claim.user).exclude(pk=claim.pk).count(),
        "until": until,
        "waits": until is not None and now < until,
        "acts": journal.history(claim),
    }
