"""What only a very large space needs gives the very answers of a small one."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.search import search
from maillage.directory.filters import parse
from maillage.directory.lib import bits, points, snapshot
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.queries import loading, matching, memory, page
from maillage.structures.actions.indexing import KIND
from tests.factories import NOW, make_establishment, make_space, make_structure, make_term, tag

SIZE = 700
POSITIONS = st.lists(st.integers(0, SIZE - 1), max_size=80)


@pytest.fixture
def everything_is_large(monkeypatch):
    """Rare values are sparse, the space is large, rows are read seven at a time, nothing is sent whole."""
    monkeypatch.setattr(bits, "DENSE_UP_TO", 0)
    monkeypatch.setattr(bits, "_BITS", 3)
    monkeypatch.setattr(snapshot, "LARGE", 1)
    monkeypatch.setattr("maillage.directory.lib.columns.LOT", 7)
    monkeypatch.setattr(points, "MOST_IN_VIEW", 3)
    monkeypatch.setattr(matching, "MOST_RANKED", 4)


@pytest.mark.one_engine
class TestSets:
    @settings(max_examples=60, deadline=None)
    @given(one=POSITIONS, other=POSITIONS)
    def test_sparse_and_dense_answer_alike(self, one, other):
        sparse = bits.Sparse(np.unique(one).astype(np.int32))
        dense = bits.from_positions(other, SIZE)
        both = set(one) & set(other)
        assert set((sparse & dense).positions.tolist()) == both
        assert set((dense & sparse).positions.tolist()) == both
        assert (sparse & dense).bit_count() == len(both)
        other_sparse = bits.Sparse(np.unique(other).astype(np.int32))
        assert set((sparse & other_sparse).positions.tolist()) == both
        assert bool(sparse) == bool(one)
        union = bits.union([sparse, dense, other_sparse], SIZE)
        assert set(np.flatnonzero(bits.to_mask(union, SIZE)).tolist()) == set(one) | set(other)

    @settings(max_examples=60, deadline=None)
    @given(sets=st.lists(POSITIONS, max_size=8), selected=POSITIONS, kinds=st.randoms())
    def test_counts_are_those_of_a_loop(self, sets, selected, kinds):
        held = [
            bits.Sparse(np.unique(one).astype(np.int32))
            if kinds.random() < 0.6
            else bits.from_positions(one, SIZE)
            for one in sets
        ]
        found = bits.counts(held, bits.from_positions(selected, SIZE), SIZE)
        assert found == [len(set(one) & set(selected)) for one in sets]

    def test_a_rare_value_is_sparse_past_the_bound_only(self):
        few = np.asarray([5, 3, 5, 900])
        assert bits.of_positions(few, 1_000) == bits.from_positions([3, 5, 900], 1_000)
        size = bits.DENSE_UP_TO + 1
        found = bits.of_positions(few, size)
        assert found.positions.tolist() == [3, 5, 900]
        mask = np.zeros(size, dtype=np.bool_)
        mask[few] = True
        assert bits.of_mask(mask) == found
        assert isinstance(bits.of_mask(~mask), int)


@pytest.fixture
def crowd(space, publish):
    """Thirty structures over two communes, some with two places, some far away."""
    sectors = [make_term("sector", code) for code in ("sec-ali", "sec-cul", "sec-spo")]
    for number in range(30):
        structure = make_structure(
            f"Maison {'zibeline' if number % 3 else 'quartz'} {number:02}",
            family=("association", "cooperative")[number % 7 == 0],
        )
        for rank in range(1 + number % 2):
            make_establishment(
                structure,
                is_head_office=rank == 0,
                municipality_code=("93048", "93055")[(number + rank) % 2],
                lon=2.40 + number / 200 + rank / 20,
                lat=48.85 + number % 5 / 50,
            )
        tag(structure, sectors[number % 3])
    publish()


QUERIES = (
    "",
    "secteur=sec-cul",
    "commune=93048&secteur=sec-ali",
    "commune=93048&commune=93055",
    "famille=cooperative",
    "tri=recent",
    "q=zibeline&tri=nom",
    "q=quartz+maison&secteur=sec-ali&tri=nom",
    "bbox=2.4,48.84,2.46,48.9",
    "pres=2.41,48.86",
)


@pytest.mark.django_db
class TestAnswers:
    def test_a_large_space_answers_as_a_small_one(self, reader, crowd, request):
        before = [_facts(reader, query) for query in QUERIES]
        request.getfixturevalue("everything_is_large")
        memory.forget()
        assert [_facts(reader, query) for query in QUERIES] == before
        kinds = {type(one.bits) for one in _snapshot(reader).facets["secteur"].values()}
        assert kinds == {int, bits.Sparse}

    def test_a_large_space_says_when_it_was_read(self, reader, crowd, everything_is_large):
        shown = reader.get("annuaire/")
        assert "Annuaire à jour au" in shown.content.decode()
        assert shown.context["page"].as_of == _snapshot(reader).read_at

    def test_a_small_space_says_nothing_of_the_kind(self, reader, crowd):
        assert "Annuaire à jour au" not in reader.get("annuaire/").content.decode()

    def test_too_many_answers_are_ranged_by_name_and_said(self, reader, crowd, everything_is_large):
        few = search(KIND, "maison 07", most_ranked=4)
        assert few.ranked
        many = search(KIND, "zibeline", most_ranked=4)
        assert not many.ranked
        assert sorted(many.ids) == sorted(search(KIND, "zibeline").ids)
        answer = reader.get("annuaire/?q=zibeline").context["page"]
        assert [card.name for card in answer.cards] == sorted(card.name for card in answer.cards)
        assert answer.total == 20
        assert [said for said in answer.messages if "rangées par nom" in said]
        assert reader.get("annuaire/?q=zibeline&tri=nom").context["page"].messages == []

    def test_nothing_found_is_corrected_in_a_large_space_too(
        self, reader, crowd, everything_is_large
    ):
        assert reader.get("annuaire/?q=zibelline").context["page"].correction == "zibeline"


@pytest.mark.django_db
class TestLongLists:
    @pytest.fixture(autouse=True)
    def short(self, monkeypatch):
        monkeypatch.setattr(page, "LONG_LIST", 1)
        monkeypatch.setattr(page, "MOST_OPTIONS", 1)

    def test_the_most_numerous_are_listed_and_others_may_be_typed(self, reader, crowd):
        make_establishment(make_structure("De plus"), municipality_code="93055")
        answer = reader.get("annuaire/")
        facet = next(one for one in answer.context["page"].facets if one.name == "commune")
        assert ([option.label for option in facet.options], facet.more) == (["Montreuil"], 1)
        assert 'id="t-commune" name="commune" form="search"' in answer.content.decode()

    def test_what_is_selected_stays_listed(self, reader, crowd):
        shown = reader.get("annuaire/?commune=93055").context["page"]
        facet = next(one for one in shown.facets if one.name == "commune")
        assert {option.label for option in facet.options if option.selected} == {"Pantin"}


@pytest.mark.django_db
def test_a_commune_may_be_named(reader, crowd):
    by_code = reader.listed("commune=93048")
    assert reader.listed("commune=MONTREUIL") == by_code
    assert reader.get("annuaire/?commune=montreuil").context["page"].messages == []
    shown = reader.get("annuaire/?commune=Brest").context["page"]
    assert shown.messages == [
        "« Brest » n'est pas une valeur de « commune » ici : ce filtre est ignoré."
    ]


@pytest.mark.django_db
class TestCells:
    @pytest.mark.parametrize("zoom", [0, 9, 18])
    @pytest.mark.parametrize("query", ["", "q=zibeline", "secteur=sec-cul&commune=93055"])
    @pytest.mark.parametrize("view", ["2.3,48.8,2.7,49", "2.41,48.84,2.5,48.91"])
    def test_cells_add_up_to_the_list_of_the_view(
        self, reader, crowd, everything_is_large, query, view, zoom
    ):
        feed = reader.get(f"annuaire/points.json?{query}&vue={view}&zoom={zoom}").json()
        assert feed["count"] == len(reader.listed(query))
        assert feed["shown"] == len(reader.listed(f"{query}&bbox={view}"))
        assert feed["within"] == [float(side) for side in view.split(",")]
        if "cells" in feed:
            assert sum(feed["n"]) == feed["shown"]
            assert {len(feed[name]) for name in ("x", "y", "n", "sector")} == {feed["cells"]}
            assert feed["zoom"] <= zoom
        else:
            assert feed["rows"] <= points.MOST_IN_VIEW

    def test_a_cell_stands_at_the_mean_of_its_points_with_their_main_sector(
        self, reader, space, publish, everything_is_large
    ):
        sectors = [make_term("sector", code) for code in ("sec-ali", "sec-cul")]
        for number, lon in enumerate((2.40, 2.41, 2.42, 2.43)):
            structure = make_structure(f"Maison {number}")
            make_establishment(structure, municipality_code="93048", lon=lon, lat=48.86)
            tag(structure, sectors[number > 0])
        publish()
        feed = reader.get("annuaire/points.json?vue=2,48,3,49&zoom=3").json()
        assert (feed["cells"], feed["n"]) == (1, [4])
        assert [origin + shift[0] for origin, shift in zip(feed["origin"], (feed["x"], feed["y"]), strict=True)] == [
            241_500,
            4_886_000,
        ]  # fmt: skip
        assert feed["sectors"][ord(feed["sector"]) - 65] == "sec-cul"

    def test_points_come_back_where_they_are_few(self, reader, crowd, everything_is_large):
        feed = reader.get("annuaire/points.json?vue=2.399,48.849,2.401,48.851&zoom=16").json()
        assert (feed["rows"], feed["shown"]) == (1, 1)
        assert feed["id"] == [_snapshot(reader).ids.min()]

    def test_too_many_cells_are_made_larger(self, reader, crowd, monkeypatch, everything_is_large):
        monkeypatch.setattr(points, "MOST_CELLS", 4)
        feed = reader.get("annuaire/points.json?vue=2,48,3,49&zoom=18").json()
        assert feed["cells"] <= 4
        assert feed["zoom"] < 18
        assert sum(feed["n"]) == feed["shown"] == 30

    @pytest.mark.parametrize("view", ["", "vue=x&zoom=3", "vue=2,48,3,49", "vue=2,48,3,49&zoom=-1"])
    def test_without_a_readable_view_it_is_the_whole(
        self, reader, crowd, everything_is_large, view
    ):
        feed = reader.get(f"annuaire/points.json?{view}").json()
        assert (feed["within"], feed["shown"]) == ([-180, -85, 180, 85], 30)

    def test_a_small_space_is_sent_whole_whatever_the_view(self, reader, crowd):
        whole = reader.get("annuaire/points.json").content
        assert reader.get("annuaire/points.json?vue=2,48,2.1,48.1&zoom=9").content == whole
        assert "within" not in json.loads(whole)


@pytest.mark.one_engine
class TestReadAgain:
    @pytest.fixture
    def large(self, monkeypatch):
        """A directory read by `load`; `clock` is its version, `gate` lets a reading end."""
        state = SimpleNamespace(clock=1, made=[], gate=threading.Event(), fails=False)
        state.gate.set()

        def load(space, version, today):
            assert state.gate.wait(5)
            state.made.append(version)
            if state.fails:
                raise RuntimeError("database away")
            return SimpleNamespace(version=version, is_large=True)

        monkeypatch.setattr(memory, "load", load)
        monkeypatch.setattr(memory, "_version", lambda space: (state.clock,))
        monkeypatch.setattr(memory, "PAUSE", 0.0)
        return state

    def test_the_former_serves_while_it_is_read_again(self, large):
        former = memory.current(SPACE, NOW)
        large.clock = 2
        large.gate.clear()
        assert [memory.current(SPACE, NOW) for _ in range(3)] == [former] * 3
        large.gate.set()
        assert _eventually(lambda: memory.current(SPACE, NOW) is not former)
        assert [version[0] for version in large.made] == [(1,), (2,)]

    def test_a_failure_keeps_the_former_and_is_tried_again(self, large, caplog):
        former = memory.current(SPACE, NOW)
        large.clock, large.fails = 2, True
        memory.current(SPACE, NOW)
        assert _eventually(lambda: len(large.made) > 1 and "read again" in caplog.text)
        assert memory.current(SPACE, NOW) is former
        large.fails = False
        assert _eventually(lambda: memory.current(SPACE, NOW) is not former)

    def test_a_pause_separates_two_readings(self, large, monkeypatch):
        memory.current(SPACE, NOW)
        monkeypatch.setattr(memory, "PAUSE", 60.0)
        large.clock = 2
        memory.current(SPACE, NOW)
        assert _eventually(lambda: memory.current(SPACE, NOW).version[0] == (2,))
        large.clock = 3
        assert memory.current(SPACE, NOW).version[0] == (2,)
        time.sleep(0.02)
        assert [version[0] for version in large.made] == [(1,), (2,)]

    def test_past_its_age_a_reader_waits(self, large, monkeypatch):
        former = memory.current(SPACE, NOW)
        monkeypatch.setattr(memory, "PAUSE", 3600.0)
        monkeypatch.setattr(memory, "OLDEST", 0.01)
        large.clock, large.fails = 2, True
        assert memory.current(SPACE, NOW) is former
        assert _eventually(lambda: len(large.made) == 2)
        time.sleep(0.02)
        large.fails = False
        assert memory.current(SPACE, NOW).version[0] == (2,)

    def test_a_new_day_is_a_new_reading_too(self, large):
        former = memory.current(SPACE, NOW)
        assert memory.current(SPACE, NOW + timedelta(days=1)) is former
        assert _eventually(lambda: len(large.made) == 2)


SPACE = SimpleNamespace(pk=1)


def _eventually(said):
    end = time.monotonic() + 5
    while not said():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def _snapshot(reader):
    from maillage.spaces.models import Space

    return memory.current(Space.objects.get(slug="est"), datetime.now(UTC))


def _facts(reader, query):
    shown = reader.get(f"annuaire/?{query}").context["page"]
    options = {
        facet.name: [(option.value, option.count, option.selected) for option in facet.options]
        for facet in shown.facets
    }
    cards = [
        (card.id, card.municipality_names, card.family_label, card.labels, card.sector_code)
        for card in shown.cards
    ]
    return shown.total, options, cards, reader.listed(query)


@pytest.mark.django_db
def test_a_space_without_communes_is_empty(db):
    empty = make_space("vide", communes=())
    found = loading.load(empty, (), NOW.date())
    assert len(found) == 0
    assert len(matching.matching(empty, DirectoryFilters(), now=NOW).selection) == 0


def test_the_state_of_a_page_ignores_the_view_of_its_map(rf):
    assert parse(rf.get("/?vue=1,2,3,4&zoom=5&q=a").GET).filters == DirectoryFilters(q="a")
