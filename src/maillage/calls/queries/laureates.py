"""Who was chosen: what everyone may read of laureates once they were notified, and of the others, counts only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.urls import reverse

from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus
from maillage.calls.models import Application, Award, Edition, Partner
from maillage.core.charts import Area, AreaMap, Bar, Bars
from maillage.spaces.models import Space
from maillage.structures.enums import Typology
from maillage.structures.models import Establishment, Structure
from maillage.territories.models import Contour, Municipality

TOLD = (EditionStatus.NOTIFIED, EditionStatus.EXECUTION, EditionStatus.FINISHED)
_HELD = Q(notified_at__isnull=False) & ~Q(
    status__in=[AwardStatus.LAPSED, AwardStatus.RENOUNCED, AwardStatus.REVOKED]
)


@dataclass(frozen=True)
class Laureate:
    """One project that was chosen, as the public reads it. `structures` have a page in the space."""

    file: Application
    amount: Decimal
    theme: str
    places: tuple[str, ...]
    beneficiaries: tuple[str, ...]
    structures: tuple[Structure, ...]

    @property
    def reference(self) -> str:
        return self.file.reference

    @property
    def pages(self) -> list[tuple[Structure, str]]:
        """Each structure with the address of its page in the directory."""
        slug = self.file.edition.space.slug
        return [
            (one, reverse("directory:structure", args=[slug, one.slug])) for one in self.structures
        ]


def editions_told(space: Space) -> QuerySet[Edition]:
    """Editions whose outcome is public, newest first."""
    return (
        Edition.objects.filter(space=space, status__in=TOLD)
        .select_related("programme")
        .order_by("-year", "-id")
    )


def laureates_of(
    space: Space, *, edition: Edition | None = None, year: int | None = None, theme: str = ""
) -> list[Laureate]:
    """Laureates of one edition, of one year, or of all. Six queries, whatever their number."""
    found = Application.objects.filter(
        edition__space=space, edition__status__in=TOLD, status=ApplicationStatus.AWARDED
    )
    if edition is not None:
        found = found.filter(edition=edition)
    if year is not None:
        found = found.filter(edition__year=year)
    if theme:
        found = found.filter(theme=theme)
    files = list(
        found.select_related("edition__programme", "edition__space")
        .prefetch_related(
            Prefetch("awards", Award.objects.filter(_HELD).order_by("pk"), to_attr="held"),
            Prefetch(
                "partners",
                Partner.objects.filter(refused_at=None).order_by("pk"),
                to_attr="all_partners",
            ),
        )
        .order_by("-edition__year", "title", "pk")
    )
    wanted = {one.structure_id for file in files for one in file.all_partners}
    known = {
        one.pk: one
        for one in Structure.objects.published().in_space(space).filter(pk__in=wanted - {None})
    }
    codes = {code for file in files for code in file.places}
    names = dict(Municipality.objects.filter(code__in=codes).values_list("code", "name"))
    return [_laureate(file, known, names) for file in files if file.held]


def _laureate(file: Application, known: dict[int, Structure], names: dict[str, str]) -> Laureate:
    themes = {one["code"]: one["label"] for one in file.edition.themes}
    partners = file.all_partners  # type: ignore[attr-defined]  # prefetched by `laureates_of`
    held = file.held  # type: ignore[attr-defined]
    return Laureate(
        file=file,
        amount=sum((one.amount for one in held), Decimal(0)),
        theme=themes.get(file.theme, ""),
        places=tuple(names[code] for code in file.places if code in names),
        beneficiaries=tuple(dict.fromkeys(one.beneficiary for one in held)),
        structures=tuple(known[one.structure_id] for one in partners if one.structure_id in known),
    )


def projects_of(structure_id: int, space: Space) -> list[Application]:
    """Projects of a structure that were chosen in the space, newest first."""
    return list(
        Application.objects.filter(
            edition__space=space,
            edition__status__in=TOLD,
            status=ApplicationStatus.AWARDED,
            pk__in=Partner.objects.filter(structure=structure_id, refused_at=None).values(
                "application"
            ),
        )
        .select_related("edition")
        .order_by("-edition__year", "title", "pk")[:20]
    )


def years_told(space: Space) -> list[int]:
    years = editions_told(space).order_by().values_list("year", flat=True).distinct()
    return sorted(years, reverse=True)


@dataclass(frozen=True)
class Results:
    """Aggregates of one edition: refused files are counted, never named."""

    deposited: int
    awarded: int
    granted: Decimal
    asked: Decimal

    @property
    def share(self) -> int | None:
        """Whole percent of the files that were chosen; None without any."""
        return round(100 * self.awarded / self.deposited) if self.deposited else None


def results_of(edition: Edition) -> Results:
    deposited = edition.applications.filter(number__isnull=False)
    granted = Award.objects.filter(_HELD, application__edition=edition)
    return Results(
        deposited=deposited.count(),
        awarded=deposited.filter(status=ApplicationStatus.AWARDED).count(),
        granted=granted.aggregate(total=Sum("amount"))["total"] or Decimal(0),
        asked=deposited.aggregate(total=Sum("requested"))["total"] or Decimal(0),
    )


def theme_chart(laureates: Iterable[Laureate]) -> Bars | None:
    return _counted("Par thème", (one.theme or "sans thème" for one in laureates), "Thème")


def typology_chart(laureates: Iterable[Laureate]) -> Bars | None:
    """The two kinds of ESS, as applicants call themselves."""
    labels = dict(Typology.choices)
    said = (labels.get(one.file.typology, "non dite") for one in laureates)
    return _counted("Par typologie", said, "Typologie")


def _counted(title: str, values: Iterable[str], name: str) -> Bars | None:
    counts = Counter(values)
    if len(counts) < 2:
        return None
    ranked = counts.most_common()
    first, most = ranked[0]
    return Bars(
        title=title,
        summary=f"Le plus souvent : {first} ({most} sur {counts.total()}).",
        bars=[Bar(label=label[:1].upper() + label[1:], value=count) for label, count in ranked],
        name=name,
        unit="Lauréats",
    )


def laureate_map(space: Space, laureates: list[Laureate]) -> AreaMap:
    """The perimeter with a dot for each laureate whose address is shown, and laureates by commune in its table."""
    codes = list(space.perimeter.values_list("municipality_code", flat=True))
    contours = Contour.objects.filter(municipality__in=codes).select_related("municipality")
    counts = Counter(code for one in laureates for code in one.file.places)
    areas = tuple(
        Area(
            label=one.municipality.name,
            geometry=one.geometry,
            words=str(counts[one.municipality_id]),
            tone=min(counts[one.municipality_id], 4),
        )
        for one in contours.order_by("municipality__name")
    )
    return AreaMap(
        title="Où agissent les lauréats",
        summary=f"{len([c for c in codes if counts[c]])} communes sur {len(codes)} ont au moins un projet lauréat.",
        areas=areas,
        head=("Commune", "Projets lauréats"),
        legend=("aucun", "1", "2", "3", "4 ou plus"),
        dots=tuple(_dots(laureates)),
        dots_label="siège d'une structure lauréate",
    )


def _dots(laureates: list[Laureate]) -> list[tuple[float, float]]:
    structures = {one.pk for found in laureates for one in found.structures}
    shown = Establishment.objects.filter(
        structure__in=structures, is_head_office=True, address_is_public=True, lon__isnull=False
    )
    points = shown.order_by("pk").values_list("lon", "lat")
    return [(lon, lat) for lon, lat in points if lon is not None and lat is not None]
