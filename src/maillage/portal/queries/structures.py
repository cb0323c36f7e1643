"""Structures an agent of a space may work on, in every state."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.core.search import search as full_text
from maillage.core.search.analysis import fold
from maillage.spaces.models import PerimeterEntry, Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.actions.indexing import ARCHIVED_KIND, KIND
from maillage.structures.enums import Axis, EssStatus, State
from maillage.structures.models import (
    Establishment,
    FreshnessReminder,
    Label,
    Structure,
    StructureTerm,
    Term,
)
from maillage.structures.queries.freshness import latest_day
from maillage.structures.queries.people import members_of, pending_claims
from maillage.structures.querysets import StructureQuerySet
from maillage.territories.queries import names_by_code

PAGE_SIZE = 50
MOST_HITS = 1000


def managed_structures(space: Space) -> StructureQuerySet:
    """Unmerged structures with an establishment, open or closed, in the perimeter."""
    # The codes as values and no correlation: both engines then read the index once for everyone.
    inside = Establishment.objects.filter(municipality_code__in=perimeter_codes(space))
    return Structure.objects.unmerged().filter(pk__in=inside.values("structure_id"))


@dataclass(frozen=True, slots=True)
class StructureSearch:
    """The state of the management list; every empty value means « any »."""

    q: str = ""
    state: str = ""  # empty: active or ceased
    status: str = ""
    source: str = ""
    commune: str = ""
    sector: str = ""
    missing: str = ""
    fresh: str = ""
    page: int = 1

    @property
    def is_empty(self) -> bool:
        return self == StructureSearch(page=self.page)


def _told() -> QuerySet[FreshnessReminder]:
    year = timezone.now() - timedelta(days=365)
    return FreshnessReminder.objects.filter(structure=OuterRef("pk"), sent_at__gt=year)


def _within(months: int) -> Q:
    day = latest_day(months, timezone.localdate())
    return Q(upkeep__vouched=True, upkeep__counts_from__gt=day)


# Conditions behind the figures of `queries.freshness`.
FRESH: dict[str, Callable[[], Q]] = {
    "published": Q,
    "within_6": lambda: _within(6),
    "within_9": lambda: _within(9),
    "within_12": lambda: _within(12),
    "old": lambda: Q(upkeep__counts_from__lte=latest_day(12, timezone.localdate())),
    "kept": lambda: Q(upkeep__is_kept=True),
    "phone": lambda: Q(upkeep__has_phone=True),
    "email": lambda: Q(upkeep__has_email=True),
    "hours": lambda: Q(upkeep__has_hours=True),
    "description": lambda: Q(upkeep__has_description=True),
    "sent": lambda: Q(Exists(_told())),
    "answered": lambda: Q(Exists(_told().exclude(answer=""))),
}


def _narrowed(found: StructureQuerySet, search: StructureSearch, space: Space) -> StructureQuerySet:
    if search.state:
        found = found.filter(state=search.state)
    else:
        found = found.exclude(state=State.ARCHIVED)
    if search.status:
        found = found.filter(ess_status=search.status)
    if search.source:
        found = found.filter(provenance__name__source=search.source)
    places = Establishment.objects.filter(structure=OuterRef("pk"))
    if search.fresh:
        # The very structures that the table of freshness counts.
        found = found.exclude(ess_status=EssStatus.EXCLUDED).filter(
            FRESH[search.fresh](), state=State.ACTIVE
        )
        standing = Establishment.objects.filter(state=State.ACTIVE)
        codes = {search.commune} if search.commune else perimeter_codes(space)
        inside = standing.filter(municipality_code__in=codes)
        found = found.filter(pk__in=inside.values("structure_id"))
    elif search.commune:
        found = found.filter(Exists(places.filter(municipality_code=search.commune)))
    if search.sector:
        terms = StructureTerm.objects.filter(structure=OuterRef("pk"), term__code=search.sector)
        found = found.filter(Exists(terms))
    if search.missing == "point":
        found = found.filter(~Exists(places.filter(lon__isnull=False)), state=State.ACTIVE)
    elif search.missing == "sector":
        sectors = StructureTerm.objects.filter(structure=OuterRef("pk"), term__axis=Axis.SECTOR)
        found = found.filter(~Exists(sectors))
    elif search.missing == "label":
        labels = Label.objects.filter(structure=OuterRef("pk"), valid_to__lt=timezone.localdate())
        found = found.filter(Exists(labels))
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """A page of structures, each with `commune` and `sector` (names, or empty).

    `corrected` holds the words really searched when a typo was corrected. `cut` says that only the
    first `MOST_HITS` answers are kept.
    """

    page: Page[Structure]
    corrected: str
    cut: bool


def communes_of(space: Space | None) -> list[tuple[str, str]]:
    """(INSEE code, name) of the communes of the perimeter, by name; of every perimeter without a space."""
    names = names_by_code()
    if space is None:
        entries = PerimeterEntry.objects.filter(until=None).order_by().distinct()
        codes = set(entries.values_list("municipality_code", flat=True))
    else:
        codes = set(perimeter_codes(space))
    return sorted(((code, names.get(code, code)) for code in codes), key=_by_name)


def _by_name(commune: tuple[str, str]) -> tuple[str, str]:
    return fold(commune[1]), commune[0]


def sectors() -> list[Term]:
    terms = Term.objects.filter(axis=Axis.SECTOR, ended_on__isnull=True)
    return list(terms.order_by("position", "label"))


def structures_page(
    space: Space, search: StructureSearch, sector_terms: Sequence[Term] = ()
) -> Found:
    """One page of the management list. Two queries, one more when words are searched."""
    found = _narrowed(managed_structures(space), search, space).order_by("name", "pk")
    corrected, cut = "", False
    if search.q.strip():
        number = re.sub(r"[\s.]", "", search.q)
        if re.fullmatch(r"\d{9}|\d{14}", number):
            with_siret = Establishment.objects.filter(siret=number).values("structure_id")
            found = found.filter(Q(siren=number[:9]) | Q(pk__in=with_siret))
            rows = list(_with_columns(found, space))
        else:
            kind = ARCHIVED_KIND if search.state == State.ARCHIVED else KIND
            hits = full_text(kind, search.q, limit=MOST_HITS)
            rank = {pk: place for place, pk in enumerate(hits.ids)}
            matching = _with_columns(found.filter(pk__in=hits.ids), space)
            rows = sorted(matching, key=lambda one: rank[one.pk])
            corrected, cut = hits.corrected, len(hits.ids) == MOST_HITS
        page = Paginator(rows, PAGE_SIZE).get_page(search.page)
    else:
        # The columns are computed for the lines shown, not for those that are skipped.
        page = cast("Page[Any]", Paginator(found.values("pk"), PAGE_SIZE).get_page(search.page))
        shown = Structure.objects.filter(pk__in=page.object_list)
        page.object_list = list(_with_columns(shown, space).order_by("name", "pk"))
    names, labels = names_by_code(), {term.pk: term.label for term in sector_terms}
    for structure in page:
        code, sector = structure.commune_code, structure.sector_id
        structure.commune = names.get(code, code or "")
        structure.sector = labels.get(sector, "")
    return Found(page, corrected, cut)


def _with_columns(found: StructureQuerySet, space: Space) -> StructureQuerySet:
    inside = Establishment.objects.filter(
        structure=OuterRef("pk"), municipality_code__in=perimeter_codes(space)
    )
    sector = StructureTerm.objects.filter(structure=OuterRef("pk"), term__axis=Axis.SECTOR)
    annotated: StructureQuerySet = found.annotate(
        commune_code=Subquery(
            inside.order_by("-is_head_office", "pk").values("municipality_code")[:1]
        ),
        sector_id=Subquery(sector.order_by("-is_main", "pk").values("term_id")[:1]),
    ).only("name", "acronym", "siren", "slug", "state", "ess_status", "updated_at", "is_demo")
    return annotated


def lookup(space: Space, q: str, *, but: Structure, limit: int = 20) -> list[Structure]:
    """Structures of the space that `q` (words or SIREN) may name, `but` left out."""
    if not q.strip():
        return []
    search = StructureSearch(q=q)
    found = structures_page(space, search)
    return [one for one in found.page if one.pk != but.pk][:limit]


def load(space: Space, pk: int) -> Structure:
    """A structure of the space, or `Http404`: an agent may not know of the others."""
    structure: Structure = get_object_or_404(managed_structures(space), pk=pk)
    return structure


def structure_sheet(structure: Structure, space: Space) -> dict[str, Any]:
    """Everything the sheet of a structure shows an agent."""
    places = list(structure.establishments.all())
    names, codes = names_by_code(), perimeter_codes(space)
    shown = False
    for place in places:
        code, inside = place.municipality_code, place.municipality_code in codes
        place.commune, place.is_inside = names.get(code, code), inside  # type: ignore[attr-defined]
        shown = shown or (inside and place.state == State.ACTIVE)
    labels = structure.labels.select_related("term", "establishment")
    terms = structure.structure_terms.select_related("term").order_by(
        "term__axis", "-is_main", "pk"
    )
    return {
        "structure": structure,
        "places": places,
        "labels": list(labels),
        "terms": list(terms),
        "today": timezone.localdate(),
        "merged": list(structure.merged.all()),
        "members": list(members_of(structure)),
        "claims": list(pending_claims(structure)),
        "suggestions": structure.suggestions.filter(status="pending").count(),
        "public": structure.state == State.ACTIVE
        and structure.ess_status != EssStatus.EXCLUDED
        and shown,
    }


def active_terms() -> list[Term]:
    """Terms that may be given today, but labels."""
    terms = Term.objects.filter(ended_on__isnull=True).exclude(axis=Axis.LABEL)
    return list(terms.order_by("axis", "position", "label"))


def held_terms(structure: Structure) -> dict[str, bool]:
    """Codes of the structure, labels left out, and whether each is the main one."""
    links = structure.structure_terms.exclude(term__axis=Axis.LABEL)
    return dict(links.values_list("term__code", "is_main"))
