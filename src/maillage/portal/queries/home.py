"""What the home of the installation and the home of a space show."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Func, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from maillage.sources.models import ImportRun
from maillage.spaces.models import PerimeterEntry, Space
from maillage.structures.enums import Axis, EssStatus, State
from maillage.structures.models import Establishment, Label, Structure, StructureTerm, Term
from maillage.territories.models import Municipality

_PUBLISHED = Q(
    state=State.ACTIVE,
    structure__state=State.ACTIVE,
    structure__merged_into__isnull=True,
) & ~Q(structure__ess_status=EssStatus.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Figures:
    """The three honest counts of a space. `communes` is the size of its perimeter."""

    structures: int
    establishments: int
    employers: int
    communes: int


def _codes(space: Space) -> QuerySet[PerimeterEntry, str]:
    entries = PerimeterEntry.objects.filter(space=space, until__isnull=True)
    return entries.values_list("municipality_code", flat=True)


def _published_establishments(space: Space) -> QuerySet[Establishment]:
    return Establishment.objects.filter(_PUBLISHED, municipality_code__in=_codes(space))


def public_spaces() -> QuerySet[Space]:
    """Spaces open to the public, each with `structure_count` and `commune_count`."""
    distinct = Func(
        F("structure_id"),
        function="COUNT",
        template="%(function)s(DISTINCT %(expressions)s)",
        output_field=IntegerField(),
    )
    inside = Establishment.objects.filter(
        _PUBLISHED,
        municipality_code__in=PerimeterEntry.objects.filter(
            space=OuterRef(OuterRef("pk")), until__isnull=True
        ).values("municipality_code"),
    )
    communes = Count("perimeter", filter=Q(perimeter__until__isnull=True), distinct=True)
    return (
        Space.objects.filter(is_public=True)
        .annotate(
            commune_count=communes,
            structure_count=Subquery(inside.order_by().annotate(n=distinct).values("n")),
        )
        .order_by("name")
    )


def figures(space: Space) -> Figures:
    counts = _published_establishments(space).aggregate(
        structures=Count("structure", distinct=True),
        establishments=Count("pk"),
        employers=Count("structure", distinct=True, filter=Q(structure__is_employer=True)),
    )
    return Figures(**counts, communes=_codes(space).count())


def sector_counts(space: Space) -> list[Term]:
    """Sectors, each with `structure_count` (its sub-sectors included), in the order of the table."""
    ids = _published_establishments(space).values("structure_id")
    rows = (
        StructureTerm.objects.filter(term__axis=Axis.SECTOR, structure_id__in=ids)
        .values(sector=Coalesce("term__parent_id", "term_id"))
        .annotate(n=Count("structure_id", distinct=True))
        .values_list("sector", "n")
    )
    counts = dict(rows.order_by())
    terms = Term.objects.filter(axis=Axis.SECTOR, parent__isnull=True, ended_on__isnull=True)
    sectors = list(terms.order_by("position", "label"))
    for term in sectors:
        term.structure_count = counts.get(term.pk, 0)  # type: ignore[attr-defined]
    return sectors


def commune_counts(space: Space) -> list[Municipality]:
    """Communes of the perimeter, each with `structure_count`, by name."""
    rows = (
        _published_establishments(space)
        .values("municipality_code")
        .annotate(n=Count("structure", distinct=True))
        .values_list("municipality_code", "n")
    )
    counts = dict(rows.order_by())
    communes = list(Municipality.objects.filter(code__in=_codes(space)).order_by("name"))
    for commune in communes:
        commune.structure_count = counts.get(commune.code, 0)  # type: ignore[attr-defined]
    return communes


def newest(space: Space, limit: int = 6) -> QuerySet[Structure]:
    found = Structure.objects.published().in_space(space)
    return found.order_by("-created_at", "-pk")[:limit]


def newly_labelled(space: Space, today: date, limit: int = 6) -> QuerySet[Label]:
    """Labels that began within a year and still run, newest first."""
    ids = _published_establishments(space).values("structure_id")
    return (
        Label.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            structure_id__in=ids,
            valid_from__gte=today - timedelta(days=365),
            valid_from__lte=today,
        )
        .select_related("structure", "term")
        .order_by("-valid_from", "-pk")[:limit]
    )


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source of the space's data: when it was last applied, and how fresh it was."""

    connector: str
    applied_at: object
    source_date: date | None


def sources_of(space: Space) -> list[SourceState]:
    """Sources in force, the freshest application first; undone imports don't count."""
    rows = (
        ImportRun.objects.filter(space=space, status=ImportRun.Status.APPLIED)
        .values("connector")
        .annotate(applied=Max("applied_at"), dated=Max("source_date"))
        .order_by("-applied", "connector")
    )
    return [SourceState(row["connector"], row["applied"], row["dated"]) for row in rows]
