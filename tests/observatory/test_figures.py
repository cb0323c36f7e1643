"""The figures of a territory, counted again by other means: plain rows, sets and sums."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from django.db import connection
from django.http import QueryDict

from maillage.core import journal
from maillage.directory.filters import parse
from maillage.directory.queries.matching import matching
from maillage.observatory.enums import Indicator
from maillage.observatory.models import SourcedFigure
from maillage.observatory.queries.counting import FACET_OF_AXIS
from maillage.observatory.queries.figures import raw_figures, territory_figures
from maillage.structures.models import Establishment
from tests.factories import NOW, Cast, make_establishment, make_structure
from tests.observatory.town import COMMUNES, make_town

pytestmark = pytest.mark.django_db
MIDDLE = {
    "01": 1.5, "02": 4, "03": 7.5, "11": 14.5, "12": 34.5, "21": 74.5, "22": 149.5, "42": 1499.5,
}  # fmt: skip
LOW = {"01": 1, "02": 3, "03": 6, "11": 10, "12": 20, "21": 50, "22": 100, "42": 1000}
HIGH = {"01": 2, "02": 5, "03": 9, "11": 19, "12": 49, "21": 99, "22": 199, "42": 1999}


@pytest.fixture
def town(cast: Cast) -> Cast:
    make_town(cast.space)
    return cast


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


PLACES = """
    SELECT e.id, e.structure_id, e.municipality_code, e.size_band, s.size_band, s.family, s.typology
    FROM structures_establishment e JOIN structures_structure s ON s.id = e.structure_id
    WHERE e.state = 'active' AND s.state = 'active' AND s.ess_status <> 'excluded'
      AND s.merged_into_id IS NULL
"""


def inside() -> list[tuple]:
    return [row for row in rows(PLACES) if row[2] in COMMUNES]


def employing() -> list[tuple]:
    """Places with a band, or alone of their structure: (structure, commune, band, family, typology)."""
    places = Counter(row[1] for row in rows(PLACES))
    found = []
    for _, person, commune, band, of_structure, family, typology in inside():
        used = band or (of_structure if places[person] == 1 else "")
        if used in MIDDLE:
            found.append((person, commune, used, family, typology))
    return found


@pytest.mark.parametrize("commune", ["", "93048"])
def test_each_count_is_that_of_the_list_it_opens(town: Cast, commune: str) -> None:
    figures = territory_figures(town.space, now=NOW, commune=commune)
    opened = 0
    counted = [figures.by_indicator["structures"], figures.by_indicator["employers"]]
    for one in counted:
        cells = [one.total] + [row for table in one.breakdowns.values() for row in table.rows]
        for cell in cells:
            if cell.href:
                query = QueryDict(cell.href.partition("?")[2])
                answer = matching(town.space, parse(query).filters, now=NOW)
                assert (len(answer.selection), answer.messages) == (cell.value, []), cell
                opened += 1
    axes = figures.by_indicator["structures"].breakdowns
    assert all(axes[axis].rows for axis in FACET_OF_AXIS if axis in axes)
    assert opened > 15


def test_structures_places_ages_and_typologies_are_those_of_the_rows(town: Cast) -> None:
    figures = territory_figures(town.space, now=NOW)
    found = inside()
    persons = {row[1] for row in found}
    assert figures.total("structures").value == len(persons)
    assert figures.total("establishments").value == len(found)
    by_commune = Counter(row[2] for row in found)
    table = figures.breakdown("establishments", "commune")
    assert {row.key: row.value for row in table.rows} == dict(by_commune)
    families = Counter({row[1]: row[5] for row in found}.values())
    said = {row.key: row.value for row in figures.breakdown("structures", "family").rows}
    assert said == {key or "untold": number for key, number in families.items()}
    kinds = Counter({row[1]: row[6] for row in found}.values())
    said = {row.key: row.value for row in figures.breakdown("structures", "typology").rows}
    assert said == {key or "untold": number for key, number in kinds.items()}
    born = dict(rows("SELECT id, created_on FROM structures_structure"))
    ages = Counter()
    for person in persons:
        year = born[person] and int(str(born[person])[:4])
        age = None if year is None else 2026 - year
        ages[
            "untold"
            if age is None
            else "0"
            if age < 3
            else "3"
            if age < 10
            else "10"
            if age < 20
            else "20"
        ] += 1
    assert {row.key: row.value for row in figures.breakdown("structures", "age").rows} == dict(ages)


def test_estimated_jobs_are_the_middles_of_the_bands(town: Cast) -> None:
    raw = raw_figures(town.space, now=NOW)
    found = employing()
    bands = np.array([MIDDLE[row[2]] for row in found])
    total = raw.total("jobs")
    assert total.value == pytest.approx(bands.sum(), abs=1e-9)
    assert total.low == sum(LOW[row[2]] for row in found)
    assert total.high == sum(HIGH[row[2]] for row in found)
    assert raw.total("employer_establishments").value == len(found)
    by_person = defaultdict(float)
    for person, _, band, _, _ in found:
        by_person[person] += MIDDLE[band]
    assert total.units == len(by_person)
    assert total.largest == pytest.approx(max(by_person.values()) / bands.sum())
    for axis, at in (("commune", 1), ("family", 3), ("typology", 4)):
        expected: dict[str, float] = defaultdict(float)
        for row in found:
            expected[row[at] or "untold"] += MIDDLE[row[2]]
        table = raw.breakdown("jobs", axis)
        assert {row.key: row.value for row in table.rows} == pytest.approx(dict(expected))
        assert sum(row.value for row in table.rows) == pytest.approx(total.value)
    for axis in ("sector", "size", "age"):
        table = raw.breakdown("jobs", axis)
        assert sum(row.value for row in table.rows) == pytest.approx(total.value)


def test_jobs_by_label_and_quarter_are_those_of_the_rows(town: Cast) -> None:
    raw = raw_figures(town.space, now=NOW)
    seals: dict[int, set[str]] = defaultdict(set)
    for person, code in rows(
        "SELECT l.structure_id, t.code FROM structures_label l"
        " JOIN structures_term t ON t.id = l.term_id WHERE l.valid_to IS NULL"
    ):
        seals[person].add(code)
    expected: dict[str, float] = defaultdict(float)
    for person, _, band, _, _ in employing():
        for code in seals[person]:
            expected[code] += MIDDLE[band]
    said = {row.key: row.value for row in raw.breakdown("jobs", "label").rows}
    assert said == pytest.approx(dict(expected))
    in_quarter = {
        place
        for place, shown in rows(
            "SELECT n.establishment_id, e.address_is_public FROM"
            " structures_establishmentneighbourhood n"
            " JOIN structures_establishment e ON e.id = n.establishment_id"
        )
        if shown
    }
    alone = Counter(row[1] for row in rows(PLACES))
    bands = [
        row[3] or (row[4] if alone[row[1]] == 1 else "") for row in inside() if row[0] in in_quarter
    ]
    (quarter,) = raw.breakdown("jobs", "quarter").rows
    assert quarter.value == pytest.approx(sum(MIDDLE.get(band, 0) for band in bands))


def test_what_is_shown_hides_small_and_dominated_cells_and_nothing_is_found_by_difference(
    town: Cast,
) -> None:
    raw = raw_figures(town.space, now=NOW).by_indicator["jobs"]
    shown = territory_figures(town.space, now=NOW).by_indicator["jobs"]
    hidden = 0
    assert shown.total.value is not None
    for axis, table in raw.breakdowns.items():
        pairs = list(zip(table.rows, shown.breakdowns[axis].rows, strict=True))
        for row, seen in pairs:
            assert row.key == seen.key
            if row.units < 3 or row.largest > 0.85:
                assert seen.is_secret
            if seen.is_secret:
                assert (seen.low, seen.high, seen.units, seen.largest) == (None, None, 0, 0.0)
                hidden += 1
            else:
                assert seen == row
        lost = [row for row, seen in pairs if seen.is_secret]
        if table.adds_up and lost:
            assert sum(row.units for row in lost) >= 3
    assert hidden >= 3


def test_a_commune_shows_the_jobs_of_the_table_of_the_space_and_no_breakdown(town: Cast) -> None:
    whole = territory_figures(town.space, now=NOW).breakdown("jobs", "commune")
    for code in COMMUNES:
        jobs = territory_figures(town.space, now=NOW, commune=code).by_indicator["jobs"]
        assert jobs.total.value == whole.row(code).value
        assert jobs.breakdowns == {}
        assert "secret statistique" in jobs.note


def test_an_employer_with_two_places_in_hidden_communes_is_one_employer(cast: Cast) -> None:
    """Two small communes that hold three places of two employers would be found by difference."""
    space = cast.space
    space.perimeter.create(municipality_code="93008")
    for number in range(5):
        one = make_structure(f"Grande {number}", size_band="12")
        make_establishment(one, municipality_code="93048", size_band="12")
    for communes in (("93055", "93008"), ("93055",)):
        one = make_structure(f"Petite {len(communes)}", size_band="03")
        for code in communes:
            make_establishment(one, municipality_code=code, size_band="03")
    journal.tick("structures")
    table = territory_figures(space, now=NOW).breakdown("jobs", "commune")
    assert [row.value for row in table.rows] == [None, None, None]


def test_a_place_without_band_takes_that_of_its_structure_only_when_alone(cast: Cast) -> None:
    alone = make_structure("Seule", size_band="11")
    make_establishment(alone, size_band="")
    several = make_structure("Plusieurs", size_band="11")
    make_establishment(several, size_band="")
    make_establishment(several, size_band="", municipality_code="75120")
    giant = make_structure("Géante", size_band="53")
    make_establishment(giant, size_band="53")
    journal.tick("structures")
    counted = raw_figures(cast.space, now=NOW).by_indicator["jobs"]
    assert (counted.total.low, counted.total.value, counted.total.high) == (
        10_010,
        10_014.5,
        10_019,
    )
    assert counted.note == (
        "1 lieu de structures employeuses sans tranche connue ne compte pas. "
        "Au moins : un établissement est dans la dernière tranche, sans borne haute."
    )


def test_creations_and_closures_per_year(town: Cast) -> None:
    figures = territory_figures(town.space, now=NOW)
    anywhere = {
        row[0]
        for row in rows("SELECT structure_id, municipality_code FROM structures_establishment")
        if row[1] in COMMUNES
    }
    known = rows("SELECT id, created_on, ceased_on, state, ess_status FROM structures_structure")
    born, gone = Counter(), Counter()
    for person, created, ceased, state, status in known:
        if person in anywhere and status != "excluded":
            born[str(created)[:4]] += 1
            gone[str(ceased)[:4]] += state == "ceased"
    for indicator, expected in (("creations", born), ("closures", gone)):
        table = figures.breakdown(indicator, "year")
        assert [row.key for row in table.rows] == [str(year) for year in range(2016, 2027)]
        assert {row.key: row.value for row in table.rows} == {
            row.key: expected[row.key] for row in table.rows
        }
    assert figures.breakdown("closures", "year").row("2024").value > 0


def test_the_share_needs_a_denominator_of_this_very_territory(town: Cast) -> None:
    assert "jobs_share" not in territory_figures(town.space, now=NOW).by_indicator
    told = {
        "space": town.space, "indicator": Indicator.ALL_JOBS, "place_label": "x", "source": "Insee",
        "perimeter": "Tout", "confidence": "official", "entered_at": NOW, "year": 2023,
    }  # fmt: skip
    SourcedFigure.objects.create(place_kind="department", place_code="93", value=1, **told)
    assert "jobs_share" not in territory_figures(town.space, now=NOW).by_indicator
    SourcedFigure.objects.create(
        place_kind="space", place_code=town.space.slug, value=40_000, **told
    )
    figures = territory_figures(town.space, now=NOW)
    share = figures.total("jobs_share")
    assert share.value == pytest.approx(figures.total("jobs").value / 400)
    assert figures.by_indicator["jobs_share"].note == "Toute l'économie : Insee, 2023."


def test_the_number_of_queries_does_not_depend_on_the_town(
    cast: Cast, django_assert_max_num_queries
) -> None:
    make_town(cast.space, size=8)
    matching(cast.space, parse(QueryDict()).filters, now=NOW)
    with django_assert_max_num_queries(24) as small:
        territory_figures(cast.space, now=NOW)
    for number in range(30):
        make_structure(f"Autre {number}", in_space=cast.space, size_band="11")
    journal.tick("structures")
    matching(cast.space, parse(QueryDict()).filters, now=NOW)
    with django_assert_max_num_queries(24) as large:
        territory_figures(cast.space, now=NOW)
    assert len(small) == len(large)


def test_it_is_counted_again_only_when_the_directory_changes(
    town: Cast, django_assert_max_num_queries
) -> None:
    before = territory_figures(town.space, now=NOW)
    with django_assert_max_num_queries(5):
        assert territory_figures(town.space, now=NOW).by_indicator == before.by_indicator
    Establishment.objects.filter(municipality_code="93055").update(state="ceased")
    journal.tick("structures")
    after = territory_figures(town.space, now=NOW)
    assert after.total("establishments").value < before.total("establishments").value


def test_a_commune_of_elsewhere_is_refused(cast: Cast) -> None:
    with pytest.raises(LookupError):
        territory_figures(cast.space, now=NOW, commune="75120")


def test_an_empty_directory_gives_zeros(cast: Cast) -> None:
    figures = territory_figures(cast.space, now=NOW)
    assert figures.total("structures").value == 0
    assert figures.total("jobs").value == 0
    assert figures.breakdown("jobs", "family").rows == ()
