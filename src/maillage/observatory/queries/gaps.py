"""The three layers of a gap side by side: measured, declared, unknown. Rows are read, nothing is worked out."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from maillage.core.search.analysis import fold
from maillage.observatory.enums import PlaceKind
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.lib.verdict import Level, level, sentence
from maillage.observatory.models import GapMeasure, InformationGap, MeasureState
from maillage.observatory.queries.declared import shown_in
from maillage.observatory.queries.needs import needs_of
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.models import Neighbourhood, PopulationGroup
from maillage.territories.queries import names_by_code

TOP = 15
_PEOPLE = {
    PopulationGroup.UNDER_3.value: "enfants de moins de 3 ans",
    PopulationGroup.UNDER_25.value: "personnes de moins de 25 ans",
    PopulationGroup.OVER_75.value: "personnes de 75 ans et plus",
    PopulationGroup.QPV.value: "habitants des quartiers prioritaires",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, or a neighbourhood whose people are known. `commune` is the code to declare a need with."""

    kind: str
    code: str
    name: str
    commune: str


@dataclass(frozen=True, slots=True)
class Line:
    """One need in one place. `voices`: who said that it is missing, in the place's commune or neighbourhood."""

    need: NeedSheet
    place: Place
    measure: GapMeasure
    info: InformationGap | None = None
    voices: int = 0
    elsewhere: str = "qu'ailleurs"

    @property
    def level(self) -> Level:
        return level(self.measure.probability)

    @property
    def words(self) -> str:
        measure = self.measure
        return sentence(
            measure.probability,
            supply=measure.supply,
            expected=measure.expected,
            elsewhere=self.elsewhere,
        )

    @property
    def people(self) -> str:
        """Whom the measure counts."""
        return _PEOPLE.get(self.measure.target, "habitants")

    @property
    def target_missing(self) -> str:
        """The group that the need is for, when it could not be counted."""
        return "" if self.measure.target else _PEOPLE.get(self.need.target, "")

    @property
    def is_silent(self) -> bool:
        return self.info is not None and self.info.is_silent


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the measured rows of a space say, with the names of needs and places. `measured_at`: None, never."""

    space: Space
    needs: dict[str, NeedSheet]
    places: dict[str, Place]
    measured_at: datetime | None
    _names: dict[str, str] = field(default_factory=dict)

    @property
    def themes(self) -> list[str]:
        return list(dict.fromkeys(need.theme for need in self.needs.values()))

    @property
    def communes(self) -> list[Place]:
        return [place for place in self.places.values() if place.kind == PlaceKind.COMMUNE]

    @property
    def quarters(self) -> list[Place]:
        return [place for place in self.places.values() if place.kind == PlaceKind.QUARTER]

    def in_place(self, place: Place, *, theme: str = "") -> list[Line]:
        """Every need there, the most probably missing first."""
        lines = self._lines(_rows(self.space).filter(place_code=place.code))
        return ranked(line for line in lines if not theme or line.need.theme == theme)

    def of_need(self, need: NeedSheet) -> list[Line]:
        """One need everywhere, the most probably missing first."""
        return ranked(self._lines(_rows(self.space).filter(need_code=need.code)))

    def one(self, need: NeedSheet, place: Place) -> Line | None:
        rows = _rows(self.space).filter(need_code=need.code, place_code=place.code)
        return next(iter(self._lines(rows)), None)

    def top(
        self, *, theme: str = "", kind: str = PlaceKind.COMMUNE, limit: int = TOP
    ) -> list[Line]:
        """The most probable lacks of the whole space."""
        codes = [code for code, need in self.needs.items() if not theme or need.theme == theme]
        rows = _rows(self.space).filter(
            place_kind=kind, need_code__in=codes, probability__isnull=False
        )
        found = rows.order_by("-probability", "need_code", "place_code")[: limit + 50]
        return ranked(self._lines(found))[:limit]

    def everything(self) -> list[Line]:
        """By need, then by place: the table to take away."""
        return self._lines(_rows(self.space))

    def _lines(self, rows: Iterable[GapMeasure]) -> list[Line]:
        """Rows of needs and places that are still followed, with the two other layers: three queries."""
        kept = [
            row for row in rows if row.need_code in self.needs and row.place_code in self.places
        ]
        needs = {row.need_code for row in kept}
        places = {row.place_code for row in kept}
        unknown = {
            (row.need_code, row.place_code): row
            for row in InformationGap.objects.filter(
                space=self.space, snapshot=None, need_code__in=needs, place_code__in=places
            )
        }
        voices = _voices(self.space, needs)
        return [
            Line(
                need=self.needs[row.need_code],
                place=self.places[row.place_code],
                measure=row,
                info=unknown.get((row.need_code, row.place_code)),
                voices=voices.get((row.need_code, row.place_code), 0),
            )
            for row in kept
        ]


def gaps_of(space: Space) -> Gaps:
    """Four queries; lines are asked afterwards."""
    state = MeasureState.objects.filter(space=space).first()
    return Gaps(
        space=space,
        needs={need.code: need for need in needs_of(space)},
        places={place.code: place for place in places_of(space)},
        measured_at=state.measured_at if state else None,
    )


def places_of(space: Space) -> list[Place]:
    """Communes by name, then the neighbourhoods that are measured."""
    names, codes = names_by_code(), perimeter_codes(space)
    communes = [Place(PlaceKind.COMMUNE, code, names.get(code, code), code) for code in codes]
    measured = _rows(space).filter(place_kind=PlaceKind.QUARTER).order_by()
    quarters = Neighbourhood.objects.filter(code__in=measured.values("place_code").distinct())
    found = [
        Place(PlaceKind.QUARTER, one.code, one.name, next(iter(one.municipality_codes), ""))
        for one in quarters.defer("geometry")
    ]
    return [*_by_name(communes), *_by_name(found)]


def _by_name(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (fold(place.name), place.code))


def ranked(lines: Iterable[Line]) -> list[Line]:
    """By the measured layer alone: what people say and what is not known are told beside, never added."""

    def rank(line: Line) -> tuple[bool, float, int, str, str]:
        chance = line.measure.probability
        absent = 0 if chance is None and not line.measure.supply else 1
        return chance is None, -(chance or 0), absent, line.need.label, line.place.name

    return sorted(lines, key=rank)


def whole_place(space: Space, place: Place) -> InformationGap | None:
    """What the directory does not know of the place, whatever the need."""
    return InformationGap.objects.filter(
        space=space, snapshot=None, need_code="", place_code=place.code
    ).first()


def history_of(space: Space, need: NeedSheet, place: Place) -> list[GapMeasure]:
    """The measure at each dated snapshot, oldest first."""
    kept = GapMeasure.objects.filter(
        space=space, snapshot__isnull=False, need_code=need.code, place_code=place.code
    )
    return list(kept.select_related("snapshot").order_by("snapshot__on"))


def with_peers(line: Line, measure: GapMeasure, elsewhere: str) -> Line:
    return replace(line, measure=measure, elsewhere=elsewhere)


def _rows(space: Space) -> QuerySet[GapMeasure]:
    return GapMeasure.objects.filter(space=space, snapshot__isnull=True)


def _voices(space: Space, needs: set[str]) -> dict[tuple[str, str], int]:
    """Published declared needs and their « moi aussi », by need and commune, and by need and neighbourhood."""
    found = (
        shown_in(space)
        .filter(Q(need_code__in=needs))
        .order_by()
        .values_list("need_code", "municipality_code", "neighbourhood__code")
        .annotate(said=Count("pk", distinct=True), echoed=Count("echoes"))
    )
    voices: dict[tuple[str, str], int] = {}
    for need, commune, quarter, said, echoed in found:
        for place in filter(None, (commune, quarter)):
            voices[need, place] = voices.get((need, place), 0) + said + echoed
    return voices
