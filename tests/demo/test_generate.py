"""A country of invented structures: the promised proportions, right numbers, the same for a seed."""

from collections import Counter

import pytest
import stdnum.fr.siren
import stdnum.fr.siret
from django.core.management import CommandError, call_command
from django.db import connection

from maillage.core import bulk, search
from maillage.core.models import Clock, Job
from maillage.core.search.models import SearchDocument, SearchWord
from maillage.demo.actions.generate import GenerateRefusedError, generate
from maillage.demo.lib.national import LOT, Commune, Country, facts, siren_of
from maillage.demo.lib.numbers import is_demonstration_siren
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import KIND, reindex
from maillage.structures.models import Establishment, Label, Structure, StructureTerm, Upkeep
from maillage.territories.models import Municipality
from tests.factories import NOW, make_space, make_structure

COMMUNES = [
    Commune("75120", "Paris 20e Arrondissement", "11", "75", ("75020",), 190_000, 2.4, 48.86),
    Commune("93048", "Montreuil", "11", "93", ("93100",), 110_000, 2.44, 48.86),
    Commune("69123", "Lyon", "84", "69", ("69001", "69002"), 500_000, 4.83, 45.76),
    Commune("2A004", "Ajaccio", "94", "2A", ("20000",), 70_000, 8.73, 41.92),
    Commune("31555", "Toulouse", "76", "31", ("31000",), 480_000, 1.43, 43.6),
]


@pytest.fixture(scope="module")
def lot():
    return Country(COMMUNES, seed=5).lot(0, LOT)


@pytest.fixture
def small(db):
    return make_space("essai", is_demo=True)


def part(lot, said):
    return sum(1 for one in lot if said(one)) / len(lot)


@pytest.mark.one_engine
class TestInventions:
    def test_numbers_have_their_key_and_none_comes_twice(self, lot):
        sirens = [one.siren for one in lot]
        assert len(set(sirens)) == LOT
        assert all(map(stdnum.fr.siren.is_valid, sirens))
        assert not any(map(is_demonstration_siren, sirens))
        sirets = [place.siret for one in lot for place in one.places]
        assert len(set(sirets)) == len(sirets)
        assert all(map(stdnum.fr.siret.is_valid, sirets))
        assert sum(siren.startswith("0") for siren in sirens) > LOT / 20
        rna = [one.rna for one in lot if one.rna]
        assert len(set(rna)) == len(rna)
        assert {len(number) for number in rna} == {10}

    def test_sirens_differ_far_from_each_other(self):
        ranks = range(0, 2_000_000, 97)
        assert len({siren_of(rank) for rank in ranks}) == len(ranks)

    def test_shares_are_those_of_the_file(self, lot):
        wanted, shares = facts()["shares"], facts()["legal_categories"]
        associations = [one for one in lot if one.legal_category.startswith("92")]
        assert part(associations, lambda one: one.rna) == pytest.approx(wanted["rna"], abs=0.02)
        assert part(lot, lambda one: one.legal_category == "9220") == pytest.approx(
            shares["9220"] / sum(shares.values()), abs=0.01
        )
        first = [one.places[0] for one in lot]
        assert sum(place.lon is None for place in first) / LOT == pytest.approx(0.03, abs=0.006)
        assert part(lot, lambda one: len(one.places) == 2) == pytest.approx(0.08, abs=0.01)
        trades = Counter(one.activity_code for one in associations)
        total = sum(row["share"] for row in facts()["activities"])
        for row in facts()["activities"]:
            share = trades[row["code"]] / len(associations)
            assert share == pytest.approx(row["share"] / total, abs=0.015), row["code"]

    def test_regions_have_their_share_and_communes_their_people(self, lot):
        where = Counter(one.places[0].commune.code for one in lot)
        known = {"11": 16.9, "84": 12.3, "76": 11.2}
        rest = 100 - sum(facts()["regions"].values())
        total = sum(known.values()) + rest
        assert (where["75120"] + where["93048"]) / LOT == pytest.approx(16.9 / total, abs=0.02)
        assert where["75120"] / where["93048"] == pytest.approx(190 / 110, rel=0.1)
        assert where["2A004"] / LOT == pytest.approx(rest / total, abs=0.02)

    def test_the_same_seed_gives_the_same_country_whatever_its_size(self, lot):
        again = Country(COMMUNES, seed=5).lot(0, 50)
        assert again == lot[:50]
        assert Country(COMMUNES, seed=6).lot(0, 50) != again

    def test_names_are_french(self, lot):
        names = {" ".join(one.name) for one in lot}
        assert "Comité des fêtes d'Ajaccio" in names
        assert not any("Arrondissement" in name for name in names)


def test_what_is_written_is_whole(small):
    space = generate(300, now=NOW, slug="essai", seed=3)
    assert space == small
    structures = Structure.objects.all()
    assert structures.count() == structures.filter(is_demo=True).count() == 300
    assert Upkeep.objects.count() == 300
    assert StructureTerm.objects.filter(is_main=True).values("structure").distinct().count() > 280
    assert Label.objects.exists()
    assert set(Establishment.objects.values_list("municipality_code", flat=True)) <= set(
        space.perimeter.values_list("municipality_code", flat=True)
    )
    assert len(matching(space, DirectoryFilters(), now=NOW).selection) == 300
    assert Job.objects.filter(name="structures.refresh_upkeep").count() == 1
    Structure.objects.first().full_clean()
    Establishment.objects.first().full_clean()


def test_the_search_finds_what_an_ordinary_indexing_would(small):
    generate(200, now=NOW, slug="essai", seed=3)
    written = list(SearchDocument.objects.order_by("id").values_list())
    lexicon = set(SearchWord.objects.values_list("kind", "word", "stem", "documents"))
    reindex()
    assert list(SearchDocument.objects.order_by("id").values_list()) == written
    assert set(SearchWord.objects.values_list("kind", "word", "stem", "documents")) == lexicon
    one = Structure.objects.order_by("id")[7]
    assert search.search(KIND, one.siren).ids == [one.pk]


def test_a_second_lot_comes_beside_the_first_and_rows_after_them(small):
    generate(40, now=NOW, slug="essai", seed=3)
    before = Clock.objects.get(name="structures").value
    generate(40, now=NOW, slug="essai", seed=4)
    assert Structure.objects.count() == 80
    assert Clock.objects.get(name="structures").value > before
    assert make_structure("Maison").pk > 80


def test_it_is_refused_in_production(small, settings):
    settings.PRODUCTION = True
    with pytest.raises(GenerateRefusedError, match="refusé en production"):
        generate(5, now=NOW, slug="essai")


def test_it_is_refused_beside_real_data(small):
    make_structure("Vraie maison")
    with pytest.raises(CommandError, match="pas inventées"):
        call_command("generate", structures=5, space="essai")
    assert Structure.objects.count() == 1


@pytest.mark.parametrize("count", [0, -3, 5_000_001])
def test_a_number_out_of_bounds_is_refused(small, count):
    with pytest.raises(GenerateRefusedError, match="attendu"):
        generate(count, now=NOW, slug="essai")


def test_a_failure_leaves_nothing(small, monkeypatch):
    indexes = _indexes()
    monkeypatch.setattr("maillage.demo.actions.generate.Writer.close", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        generate(20, now=NOW, slug="essai")
    assert Structure.objects.count() == 0
    assert _indexes() == indexes


def test_indexes_and_keys_are_back(small):
    before = _indexes()
    generate(20, now=NOW, slug="essai")
    assert _indexes() == before


def test_a_country_is_made_where_there_is_no_space(db):
    Municipality.objects.exclude(department_code__in=["93", "2A"]).delete()
    call_command("generate", structures=30, verbosity=0)
    space = Space.objects.get(slug="france")
    assert space.is_demo
    assert space.perimeter.count() == Municipality.objects.exclude(kind="whole").count()
    assert Structure.objects.in_space(space).count() == 30


def test_defaults_of_fields_are_given_to_the_rows(db):
    bulk.add_rows(Structure, ("slug", "name", "created_at", "updated_at"), [
        ("a", "A", NOW.isoformat(" "), NOW.isoformat(" "))
    ])  # fmt: skip
    one = Structure.objects.get(slug="a")
    assert (one.state, one.provenance, one.contact_visibility) == ("active", {}, {})


def _indexes():
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1")
        else:
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
                " UNION SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid > 0 ORDER BY 1"
            )
        return cursor.fetchall()
