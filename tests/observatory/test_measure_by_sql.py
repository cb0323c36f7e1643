"""The measure of a whole space worked out again by DuckDB, from the raw tables, and by scipy's distributions."""

import math
import random

import duckdb
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from maillage.observatory.actions.measure import measure
from maillage.observatory.models import GapMeasure
from maillage.observatory.queries.needs import needs_of
from maillage.structures.models import Establishment, Structure, StructureTerm, Term
from maillage.territories.models import Municipality
from tests.factories import NOW, make_space

pytestmark = pytest.mark.django_db

CODES = ("93006", "93008", "93010", "93045", "93048", "93053", "93055")
WANTED = ("creche", "reparation", "sport", "culture", "insertion", "sante")


@pytest.fixture
def space():
    """Three hundred structures, a fifth of them in several communes, tagged and trading at random."""
    draw = random.Random(9)
    made = make_space(communes=CODES)
    structures = Structure.objects.bulk_create(
        Structure(
            name=f"S{n}", slug=f"s-{n}", ess_status=draw.choice(["confirmed"] * 9 + ["excluded"]),
            state=draw.choice(["active"] * 9 + ["ceased"]),
            activity_code=draw.choice(["", "", "88.91A", "95.29Z", "9312Z", "86.21Z", "90.01Z"]),
        )
        for n in range(300)
    )  # fmt: skip
    Establishment.objects.bulk_create(
        Establishment(structure=one, municipality_code=code, state=draw.choice(["active"] * 9 + ["ceased"]))
        for one in structures
        for code in draw.sample([*CODES, "75120"], draw.choice([1, 1, 1, 1, 2]))
    )  # fmt: skip
    terms = list(Term.objects.filter(axis="sector"))
    StructureTerm.objects.bulk_create(
        StructureTerm(structure=one, term=draw.choice(terms)) for one in structures
    )
    measure(made, now=NOW)
    return made


def supply_by_sql(space) -> dict[tuple[str, str], set[int]]:
    """Identifiers of the structures by need and commune: what the measure counts."""
    base = duckdb.connect()
    tables = {
        "s": (Structure, "id", "state", "ess_status", "activity_code"),
        "e": (Establishment, "structure_id", "municipality_code", "state"),
        "t": (Term, "id", "code", "parent_id"),
        "st": (StructureTerm, "structure_id", "term_id"),
    }
    for name, (model, *columns) in tables.items():
        rows = list(model.objects.values_list(*columns))
        kinds = ", ".join(
            f"{c} {'BIGINT' if c == 'id' or c.endswith('_id') else 'VARCHAR'}" for c in columns
        )
        base.execute(f"CREATE TABLE {name} ({kinds})")
        base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
    base.execute(
        "CREATE TABLE wanted (need VARCHAR, code VARCHAR); CREATE TABLE naf (need VARCHAR, p VARCHAR)"
    )
    for need in needs_of(space):
        base.executemany(
            "INSERT INTO wanted VALUES (?, ?)", [(need.code, c) for c in need.terms] or [("", "")]
        )
        base.executemany(
            "INSERT INTO naf VALUES (?, ?)",
            [(need.code, p.replace(".", "")) for p in need.activities] or [("", "x")],
        )
    found = base.execute(
        """
        WITH answer AS (
            SELECT w.need, st.structure_id AS id FROM wanted w
            JOIN t AS top ON top.code = w.code JOIN t ON t.id = top.id OR t.parent_id = top.id
            JOIN st ON st.term_id = t.id
            UNION
            SELECT n.need, s.id FROM naf n JOIN s ON starts_with(replace(s.activity_code, '.', ''), n.p)
        )
        SELECT DISTINCT a.need, e.municipality_code, s.id FROM answer a JOIN s USING (id)
        JOIN e ON e.structure_id = s.id
        WHERE s.state = 'active' AND s.ess_status <> 'excluded' AND e.state = 'active'
          AND e.municipality_code <> '75120'
        """
    ).fetchall()
    held: dict[tuple[str, str], set[int]] = {}
    for need, commune, pk in found:
        held.setdefault((need, commune), set()).add(pk)
    return held


def posterior(counts: list[int], people: list[int], rate: float, supply: int, here: int):
    """Smoothed rate and probability, by a search on the likelihood as scipy writes it."""

    def cost(log_shape: float) -> float:
        size = math.exp(log_shape)
        chances = [size / (size + rate * one) for one in people]
        return -sum(stats.nbinom.logpmf(counts, size, chances)) - stats.norm.logpdf(
            log_shape, math.log(4)
        )

    grid = [step * math.log(1e4) / 60 for step in range(61)]
    start = min(grid, key=cost)
    span = (max(start - 0.2, 0), min(start + 0.2, math.log(1e4)))
    shape = math.exp(
        minimize_scalar(cost, bounds=span, method="bounded", options={"xatol": 1e-11}).x
    )
    found = stats.gamma(shape + supply, scale=1 / (shape / rate + here))
    return found.mean(), found.cdf(rate)


def test_supply_reference_and_probability_agree(space):
    held = supply_by_sql(space)
    people = dict(Municipality.objects.filter(code__in=CODES).values_list("code", "population"))
    rows = {(r.need_code, r.place_code): r for r in GapMeasure.objects.filter(space=space)}
    assert len(rows) == len(needs_of(space)) * len(CODES)
    for (need, commune), row in rows.items():
        mine = held.get((need, commune), set())
        assert row.supply == len(mine), (need, commune)
        others = [code for code in CODES if code != commune]
        counts = [len(held.get((need, code), set()) - mine) for code in others]
        rate = sum(counts) / sum(people[code] for code in others)
        assert row.expected == pytest.approx(rate * 1e4, rel=1e-12)
        if need in WANTED and rate:
            shrunk, chance = posterior(
                counts, [people[c] for c in others], rate, len(mine), people[commune]
            )
            assert row.shrunk == pytest.approx(shrunk * 1e4, rel=1e-6)
            assert row.probability == pytest.approx(chance, abs=1e-6)
