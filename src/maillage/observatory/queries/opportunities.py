"""Opportunities: where something is probably missing, who could do it, and with which means.

An opportunity is a reason to call somebody, not a promise: each one says why it is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.lib.verdict import PROBABLE
from maillage.observatory.queries.answering import Near, answering, seen_from, terms_of
from maillage.observatory.queries.gaps import Gaps, Line, Place
from maillage.spaces.models import Space
from maillage.structures.enums import Axis
from maillage.structures.models import Structure, Term

CAPABLE, KINDRED, MEANS, LINES = 3, 4, 4, 8
# A structure further than this is no neighbour, whatever the reach of the need (metres).
FARTHEST = 15_000
_ROLES = {
    "rol-fin": "finance des projets",
    "rol-loc": "offre des locaux",
    "rol-mut": "met en commun du matériel, des emplois ou des achats",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    near: Near
    reason: str


@dataclass(frozen=True, slots=True)
class Mean:
    """Money, premises or equipment known in the space. `slug` is the structure that has it."""

    name: str
    slug: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opportunity:
    """`capable` answer the need nearby; `kindred` work here in a neighbouring trade."""

    line: Line
    capable: list[Candidate]
    kindred: list[Candidate]


Provider = Callable[[Space], list[Mean]]
# Rooms that know of premises or of funds add theirs; each gives what the public may know.
providers: list[Provider] = []


def means_of(space: Space) -> list[Mean]:
    return [mean for provider in providers for mean in provider(space)]


def structures_with_means(space: Space) -> list[Mean]:
    """Structures whose roles say that they finance, lend premises or share equipment."""
    found = []
    for code, reason in _ROLES.items():
        bearers = Structure.objects.published().in_space(space).filter(terms__code=code)
        for name, slug in bearers.order_by("name", "id").values_list("name", "slug")[:MEANS]:
            found.append(Mean(name, slug, reason))
    return found


providers.append(structures_with_means)


def opportunity(space: Space, line: Line, *, now: datetime) -> Opportunity:
    """Who could answer `line`, the most obvious first."""
    seen = seen_from(space, answering(space, line.need, now=now), line.place)
    return _opportunity(space, line, seen)


def _opportunity(space: Space, line: Line, seen: list[Near]) -> Opportunity:
    around = [
        one for one in seen if not one.is_here and one.metres is not None and one.metres <= FARTHEST
    ]
    capable = [
        Candidate(one, f"répond déjà à ce besoin à {one.communes}") for one in around[:CAPABLE]
    ]
    return Opportunity(line, capable, _kindred(space, line.need, line.place, seen))


def _kindred(space: Space, need: NeedSheet, place: Place, seen: list[Near]) -> list[Candidate]:
    """Structures of the place that work in the sector of one of the need's terms, without answering it."""
    sectors = [term for term in terms_of(need) if term.axis == Axis.SECTOR]
    tops = {term.parent_id or term.pk for term in sectors}
    if not tops:
        return []
    named = dict(Term.objects.filter(pk__in=tops).values_list("pk", "label"))
    wanted = Q(terms__in=tops) | Q(terms__parent__in=tops)
    known = {one.pk for one in seen}
    found = Structure.objects.published().in_space(space).filter(wanted).exclude(pk__in=known)
    here = [one for one in seen_from(space, found.distinct(), place) if one.is_here][:KINDRED]
    trades = " ou ".join(f"« {named[pk]} »" for pk in sorted(named))
    return [Candidate(one, f"travaille déjà ici dans {trades}") for one in here]


def opportunities(gaps: Gaps, *, theme: str = "", now: datetime) -> list[Opportunity]:
    """For the most probable lacks of the space, those that somebody could fill; structures are read once a need."""
    lines = [
        line
        for line in gaps.top(theme=theme, limit=LINES)
        if (line.measure.probability or 0) >= PROBABLE
    ]
    found = [opportunity(gaps.space, line, now=now) for line in lines]
    return [one for one in found if one.capable or one.kindred]
