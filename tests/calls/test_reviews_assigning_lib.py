"""The plan of readings: against brute force on small cases, and on what a jury expects."""

import itertools
import random
import time
from collections import Counter

import pytest

from maillage.calls.lib.assigning import File, Reader, assign, groups_of
from maillage.calls.lib.scoring import Level, weighted


def loads(plan):
    return Counter(reader for _file, reader in plan.pairs)


def test_each_file_has_its_readers_and_the_load_is_shared():
    files = [File(pk) for pk in range(1, 13)]
    plan = assign(files, [Reader(pk) for pk in range(101, 105)], set())
    assert Counter(file for file, _ in plan.pairs) == dict.fromkeys(range(1, 13), 2)
    assert set(loads(plan).values()) == {6}
    assert (plan.missing, plan.groups) == ({}, 1)


def test_conflicts_are_never_assigned_and_bounds_never_passed():
    draw = random.Random(3)
    for _ in range(25):
        files = [File(pk, wanted=draw.randint(1, 3)) for pk in range(1, 7)]
        readers = [Reader(pk, most=draw.choice([None, 1, 2, 3])) for pk in range(101, 105)]
        forbidden = {
            (file.pk, reader.pk) for file in files for reader in readers if draw.random() < 0.3
        }
        plan = assign(files, readers, forbidden)
        assert not set(plan.pairs) & forbidden
        assert all(loads(plan)[one.pk] <= (one.most or 99) for one in readers if one.most)
        given = Counter(file for file, _ in plan.pairs)
        assert all(given[one.pk] + plan.missing.get(one.pk, 0) == one.wanted for one in files)


def best_count(files, readers, forbidden):
    """The most readings that can be given, by trying every set of pairs."""
    pairs = [(f.pk, r.pk) for f in files for r in readers if (f.pk, r.pk) not in forbidden]
    most = {one.pk: one.most for one in readers}
    for size in range(len(pairs), 0, -1):
        for some in itertools.combinations(pairs, size):
            by_file, by_reader = Counter(f for f, _ in some), Counter(r for _, r in some)
            if all(by_file[f.pk] <= f.wanted for f in files) and all(
                by_reader[pk] <= limit for pk, limit in most.items()
            ):
                return size
    return 0


def test_as_many_readings_as_brute_force_finds():
    draw = random.Random(11)
    for _ in range(40):
        files = [File(pk, wanted=draw.randint(1, 2)) for pk in range(1, 5)]
        readers = [Reader(pk, most=draw.randint(1, 2)) for pk in range(101, 104)]
        forbidden = {
            (file.pk, reader.pk) for file in files for reader in readers if draw.random() < 0.4
        }
        plan = assign(files, readers, forbidden)
        assert len(plan.pairs) == best_count(files, readers, forbidden)


def test_readers_get_the_themes_they_know():
    files = [File(pk, theme="climat" if pk % 2 else "soin", wanted=1) for pk in range(1, 9)]
    readers = [Reader(101, frozenset({"climat"})), Reader(102, frozenset({"soin"}))]
    plan = assign(files, readers, set())
    assert {(file % 2, reader) for file, reader in plan.pairs} == {(1, 101), (0, 102)}


def test_groups_that_do_not_meet_are_tied_by_a_swap_where_one_exists():
    """By theme alone two juries would form: no score of one could be compared with the other's."""
    files = [File(pk, theme="a" if pk < 5 else "b") for pk in range(1, 9)]
    readers = [Reader(pk, frozenset({"a"})) for pk in (101, 102)]
    readers += [Reader(pk, frozenset({"b"})) for pk in (103, 104)]
    plan = assign(files, readers, set())
    assert plan.groups == 1
    assert len(plan.ties) == 2
    assert Counter(file for file, _ in plan.pairs) == dict.fromkeys(range(1, 9), 2)


def test_it_says_when_they_cannot_be_tied():
    files = [File(pk, wanted=1) for pk in (1, 2)]
    plan = assign(files, [Reader(101), Reader(102)], set())
    assert plan.groups == 2


def test_what_is_begun_does_not_move_and_what_was_announced_moves_only_for_a_gain():
    files = [File(1, kept=frozenset({101})), File(2), File(3)]
    readers = [Reader(101, kept=1), Reader(102), Reader(103)]
    first = assign(files, readers, set())
    assert (1, 101) not in first.pairs
    assert len(first.pairs) == 5
    again = assign(files, [*readers, Reader(104)], set(), before=set(first.pairs))
    assert len(set(first.pairs) - set(again.pairs)) <= 2
    assert assign(files, readers, set(), before=set(first.pairs)).pairs == first.pairs


def test_no_reader_leaves_every_reading_missing():
    plan = assign([File(1), File(2, wanted=3)], [], set())
    assert (plan.pairs, plan.missing) == ([], {1: 2, 2: 3})


def test_groups_of_readings():
    groups = groups_of({(1, 101), (1, 102), (2, 102), (3, 103)})
    assert len({groups[1, 101], groups[1, 102], groups[2, 102]}) == 1
    assert groups[3, 103] != groups[1, 101]


def test_five_hundred_files_by_forty_readers_are_planned_in_seconds():
    draw = random.Random(1)
    themes = ["a", "b", "c", "d"]
    files = [File(pk, theme=draw.choice(themes), wanted=5) for pk in range(500)]
    readers = [Reader(1000 + pk, frozenset(draw.sample(themes, 2)), most=70) for pk in range(40)]
    forbidden = {(draw.randrange(500), 1000 + draw.randrange(40)) for _ in range(400)}
    begin = time.process_time()
    plan = assign(files, readers, forbidden)
    assert time.process_time() - begin < 20
    assert (len(plan.pairs), plan.missing, plan.groups) == (2500, {}, 1)
    assert max(loads(plan).values()) <= 70


@pytest.mark.parametrize(
    ("levels", "total"),
    [
        ([(4, 4, 60), (2, 4, 40)], "80.000"),
        ([(4, 4, 60), (None, 4, 40)], "100.000"),
        ([(0, 4, 60), (None, 4, 40)], "0.000"),
        ([(1, 3, 100), (4, 4, 0)], "33.333"),
        ([(None, 4, 60), (4, 4, 0)], None),
        ([], None),
    ],
)
def test_what_cannot_be_said_is_not_a_zero(levels, total):
    found = weighted(Level(*one) for one in levels)
    assert (found if total is None else str(found)) == total
