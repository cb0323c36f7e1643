"""Measuring a space: counts, layers that stay apart, when it is due, what a snapshot keeps."""

from datetime import timedelta

import numpy as np
import pytest

from maillage.core import journal
from maillage.core.jobs import drain
from maillage.core.schedule import ask_due
from maillage.observatory.actions.measure import freeze, measure
from maillage.observatory.lib import access
from maillage.observatory.models import (
    DatedSnapshot,
    DeclaredNeed,
    GapMeasure,
    InformationGap,
    MeasureState,
    Need,
)
from maillage.observatory.queries.due import due_spaces
from maillage.structures.models import EstablishmentNeighbourhood, Structure, Upkeep
from maillage.territories.lib.projections import to_metres
from maillage.territories.models import Municipality, Neighbourhood, PopulationCell, PopulationCount
from tests.factories import (
    NOW,
    make_establishment,
    make_label,
    make_space,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db

MONTREUIL, PANTIN, BOBIGNY = "93048", "93055", "93008"


def answering(*communes: str, term: str = "sec-ree-02", **fields) -> Structure:
    structure = make_structure(**fields)
    for code in communes:
        make_establishment(structure, municipality_code=code, siret=None)
    if term:
        tag(structure, make_term("sector", term))
    return structure


def gap(space, need: str = "reparation", place: str = MONTREUIL) -> GapMeasure:
    return GapMeasure.objects.get(
        space=space, snapshot=None, need_code=need, place_code=place, place_kind="commune"
    )


def silence(space, need: str = "", place: str = MONTREUIL) -> InformationGap:
    return InformationGap.objects.get(
        space=space, snapshot=None, need_code=need, place_code=place, place_kind="commune"
    )


@pytest.fixture
def space():
    return make_space(communes=(MONTREUIL, PANTIN, BOBIGNY))


def test_supply_counts_published_structures_once_a_commune(space):
    answering(MONTREUIL, MONTREUIL)
    answering(MONTREUIL, PANTIN)
    answering(PANTIN, term="sec-ree")  # the parent is not the child
    answering(MONTREUIL, state="ceased")
    answering(MONTREUIL, ess_status="excluded")
    answering("75120")
    closed = answering(MONTREUIL)
    closed.establishments.update(state="ceased")
    measure(space, now=NOW)
    found = [gap(space, place=code).supply for code in (MONTREUIL, PANTIN, BOBIGNY)]
    assert found == [2, 1, 0]


def test_labels_in_force_activities_and_children_answer(space):
    Need.objects.create(
        space=space, code="tout", theme="T", label="T", question="?",
        terms=["sec-ree", "lab-tl"], activities=["88.91"],
    )  # fmt: skip
    make_term("sector", "sec-ree-02", parent=make_term("sector", "sec-ree"))
    answering(MONTREUIL)
    for valid_to, place in ((None, MONTREUIL), (NOW.date() - timedelta(1), PANTIN)):
        held = answering(place, term="")
        make_label(held, make_term("label", "lab-tl"), valid_to=valid_to)
    answering(MONTREUIL, term="", activity_code="88.91A")
    answering(MONTREUIL, term="", activity_code="88.91A", activity_nomenclature="NAF2025")
    answering(PANTIN, term="", activity_code="8891A", activity_nomenclature="NAFRev2")
    measure(space, now=NOW)
    assert [gap(space, "tout", code).supply for code in (MONTREUIL, PANTIN)] == [3, 1]


def test_rates_are_per_ten_thousand_and_the_reference_is_the_rest(space):
    for _ in range(4):
        answering(MONTREUIL)
    answering(PANTIN)
    measure(space, now=NOW)
    people = dict(Municipality.objects.values_list("code", "population"))
    found = gap(space)
    assert found.population == people[MONTREUIL]
    assert found.rate == pytest.approx(4 / people[MONTREUIL] * 1e4)
    assert found.expected == pytest.approx(1 / (people[PANTIN] + people[BOBIGNY]) * 1e4)
    assert found.expected < found.shrunk < found.rate
    assert found.probability < 0.5 < gap(space, place=BOBIGNY).probability


def test_what_is_declared_or_unknown_never_changes_what_is_measured(space):
    structure = answering(MONTREUIL)
    answering(PANTIN)
    fields = [one.name for one in GapMeasure._meta.fields if one.name not in {"id", "measured_at"}]
    measure(space, now=NOW)
    before = list(GapMeasure.objects.order_by("need_code", "place_code").values(*fields))
    unknown = list(InformationGap.objects.values_list("need_code", "place_code", "known"))
    for _ in range(30):
        DeclaredNeed.objects.create(
            space=space, need_code="reparation", municipality_code=MONTREUIL, state="published", said_at=NOW
        )  # fmt: skip
    Upkeep.objects.create(structure=structure, counts_from="2015-01-01")
    measure(space, now=NOW + timedelta(hours=1))
    after = list(GapMeasure.objects.order_by("need_code", "place_code").values(*fields))
    assert after == before
    assert list(InformationGap.objects.values_list("need_code", "place_code", "known")) == unknown
    assert silence(space, "reparation").old == 1


def test_unknown_says_thin_old_and_vague_places(space):
    for place, count in ((MONTREUIL, 8), (PANTIN, 4)):
        for _ in range(count):
            made = answering(place)
            Upkeep.objects.create(structure=made, counts_from="2026-06-01")
    for day in ("2025-01-01", "2024-01-01", "2026-06-01"):
        vague = answering(PANTIN, term="")
        Upkeep.objects.create(structure=vague, counts_from=day)
    measure(space, now=NOW)
    told = silence(space, place=PANTIN)
    assert (told.known, told.old, told.untold, told.is_silent) == (7, 2, 3, False)
    people = dict(Municipality.objects.values_list("code", "population"))
    rest = people[MONTREUIL] + people[BOBIGNY]
    assert told.expected == pytest.approx(8 / rest * people[PANTIN])
    assert silence(space, place=BOBIGNY).is_silent
    assert silence(space, "sport", BOBIGNY).is_silent
    assert not silence(space, "sport", PANTIN).is_silent


def test_old_pages_make_the_answer_of_their_need_uncertain(space):
    for number in range(9):
        made = answering(MONTREUIL, term="sec-spo-01" if number else "sec-ree-02")
        day = "2026-06-01" if number else "2020-01-01"
        Upkeep.objects.create(structure=made, counts_from=day)
    measure(space, now=NOW)
    assert silence(space, "reparation").is_silent
    assert not silence(space, "sport").is_silent


def test_a_target_is_used_when_every_commune_tells_it(space):
    for code in (MONTREUIL, PANTIN):
        PopulationCount.objects.create(
            place_code=code, group="under_3", count=2_000, year=2022, source="test"
        )
    measure(space, now=NOW)
    assert gap(space, "creche").target == ""
    PopulationCount.objects.create(
        place_code=BOBIGNY, group="under_3", count=1_500, year=2022, source="test"
    )
    measure(space, now=NOW)
    assert (gap(space, "creche").target, gap(space, "creche").population) == ("under_3", 2_000)
    assert gap(space, "reparation").target == ""


def make_cells(space) -> list[PopulationCell]:
    rng = np.random.default_rng(2)
    return PopulationCell.objects.bulk_create(
        PopulationCell(
            code=f"{code}-{number}", municipality_code=code, lon=2.44 + rng.uniform(-0.03, 0.03),
            lat=48.86 + rng.uniform(-0.02, 0.02), population=rng.integers(0, 400), groups={"under_25": 30.0},
            year=2019, source="test",
        )
        for code in (MONTREUIL, PANTIN) for number in range(40)
    )  # fmt: skip


def test_distance_and_catchment_are_means_over_people(space):
    make_cells(space)
    for lon, lat in ((2.44, 48.86), (2.42, 48.87), (2.45, 48.85)):
        made = answering(term="sec-ree-02")
        make_establishment(made, municipality_code=MONTREUIL, siret=None, lon=lon, lat=lat)
    hidden = answering(term="sec-ree-02")
    make_establishment(hidden, siret=None, lon=2.41, lat=48.84, address_is_public=False)
    measure(space, now=NOW)
    centre = Municipality.objects.get(code=MONTREUIL)
    spots = np.array([(2.44, 48.86), (2.42, 48.87), (2.45, 48.85), (centre.lon, centre.lat)])
    supply = np.column_stack(to_metres(spots[:, 0], spots[:, 1], MONTREUIL))
    cells = [cell for cell in PopulationCell.objects.order_by("code") if cell.population]
    here = np.array([cell.municipality_code == MONTREUIL for cell in cells])
    people = np.array([cell.population for cell in cells])
    xy = np.column_stack(
        to_metres(np.array([c.lon for c in cells]), np.array([c.lat for c in cells]), MONTREUIL)
    )
    metres = np.sqrt(((xy[:, None] - supply) ** 2).sum(-1))
    within = metres <= 2_000
    share = 1 / (within * people[:, None]).sum(0)
    index = (within * share).sum(1)
    found = gap(space)
    assert found.nearest == pytest.approx(np.average(metres.min(1)[here], weights=people[here]))
    assert found.accessibility == pytest.approx(
        np.average(index[here], weights=people[here]) * 1e4, rel=1e-6
    )
    assert gap(space, "jeunesse").target == ""  # Bobigny has no square
    assert gap(space, place=BOBIGNY).nearest is None


def test_nobody_answers_anywhere_is_neither_near_nor_compared(space):
    make_cells(space)
    measure(space, now=NOW)
    found = gap(space)
    assert (found.supply, found.rate, found.expected) == (0, 0.0, 0.0)
    assert (found.probability, found.shrunk, found.nearest) == (None, None, None)
    assert found.accessibility == 0


def test_neighbourhoods_whose_people_are_known_are_compared_within_their_kind(space):
    square = {
        "type": "Polygon",
        "coordinates": [[[2.4, 48.8], [2.5, 48.8], [2.5, 48.9], [2.4, 48.8]]],
    }
    rows = [("qpv", "QN1", [MONTREUIL]), ("qpv", "QN2", [MONTREUIL]), ("local", "L1", [MONTREUIL]),
            ("qpv", "QN3", [MONTREUIL, "75120"]), ("qpv", "QN4", [MONTREUIL])]  # fmt: skip
    made = {}
    for kind, code, communes in rows:
        made[code] = Neighbourhood.objects.create(
            kind=kind,
            code=code,
            name=code,
            municipality_codes=communes,
            geometry=square,
            source="t",
        )
        if code != "QN4":
            PopulationCount.objects.create(place_code=code, count=5_000, year=2020, source="t")
    for code, shown in (("QN1", True), ("QN1", True), ("L1", True), ("QN2", False)):
        place = answering(MONTREUIL).establishments.get()
        place.address_is_public = shown
        place.save()
        EstablishmentNeighbourhood.objects.create(establishment=place, neighbourhood=made[code])
    measure(space, now=NOW)
    found = GapMeasure.objects.filter(need_code="reparation", place_kind="quarter")
    told = {row.place_code: (row.supply, row.expected) for row in found}
    assert told == {"QN1": (2, 0.0), "QN2": (0, 4.0), "L1": (1, None)}


def test_a_space_without_anything_is_measured(django_assert_max_num_queries):
    empty = make_space(communes=())
    with django_assert_max_num_queries(40):
        assert measure(empty, now=NOW) == 0
    assert MeasureState.objects.get(space=empty).measured_at == NOW


def test_queries_do_not_grow_with_structures(space, django_assert_num_queries):
    for _ in range(3):
        answering(MONTREUIL, PANTIN)
    measure(space, now=NOW)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        measure(space, now=NOW)
    for _ in range(12):
        answering(MONTREUIL, BOBIGNY)
    with django_assert_num_queries(len(few)):
        measure(space, now=NOW)


def test_it_is_due_when_something_moved_and_not_too_often(space):
    other = make_space(communes=(PANTIN,))
    assert due_spaces(NOW) == [space.pk, other.pk]
    measure(space, now=NOW)
    measure(other, now=NOW)
    assert due_spaces(NOW + timedelta(minutes=1)) == []
    journal.tick("structures")
    assert due_spaces(NOW + timedelta(minutes=1)) == []
    assert due_spaces(NOW + timedelta(minutes=6)) == [space.pk, other.pk]
    measure(other, now=NOW + timedelta(minutes=6))
    assert due_spaces(NOW + timedelta(minutes=7)) == [space.pk]
    space.perimeter.filter(municipality_code=BOBIGNY).update(until=NOW.date())
    measure(space, now=NOW + timedelta(minutes=8))
    assert due_spaces(NOW + timedelta(minutes=30)) == []
    assert due_spaces(NOW + timedelta(days=1)) == [space.pk, other.pk]


def test_workers_measure_what_is_due(space):
    ask_due(NOW)
    drain()
    assert GapMeasure.objects.filter(space=space).exists()
    assert MeasureState.objects.filter(space=space).exists()


def test_a_snapshot_keeps_the_rows_of_its_day(space):
    answering(MONTREUIL)
    measure(space, now=NOW)
    snapshot = DatedSnapshot.objects.create(space=space, on=NOW.date(), taken_at=NOW)
    freeze(snapshot)
    answering(MONTREUIL)
    measure(space, now=NOW + timedelta(days=1))
    kept = GapMeasure.objects.get(snapshot=snapshot, need_code="reparation", place_code=MONTREUIL)
    assert (kept.supply, gap(space).supply) == (1, 2)
    assert snapshot.gaps.count() == GapMeasure.objects.filter(snapshot=None).count()
    current = InformationGap.objects.filter(snapshot=None).count()
    assert snapshot.information_gaps.count() == current


def test_a_failed_measure_leaves_the_former_one(space, monkeypatch):
    answering(MONTREUIL)
    measure(space, now=NOW)

    def fall(*_args: object, **_more: object) -> None:
        raise OSError("plein")

    monkeypatch.setattr(InformationGap.objects.__class__, "bulk_create", fall)
    answering(MONTREUIL)
    with pytest.raises(OSError, match="plein"):
        measure(space, now=NOW + timedelta(days=1))
    assert gap(space).supply == 1
    assert MeasureState.objects.get(space=space).measured_at == NOW


def test_memory_of_pairs_is_bounded():
    assert access.MOST_PAIRS * 8 * 3 < 100_000_000
