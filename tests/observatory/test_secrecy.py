"""An attacker who knows what is shown, and how tables add up, finds no hidden cell."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from maillage.observatory.lib.secrecy import NOBODY, Amount, Sum, protect, secret_cells, together

pytestmark = pytest.mark.one_engine

# Jobs of one employer, as the mid-points of size bands go; each falls in one key of each of two axes.
employer = st.tuples(
    st.sampled_from([1.5, 4.0, 7.5, 14.5, 34.5, 149.5, 749.5]),
    st.sampled_from("abcd"),
    st.sampled_from("xyz"),
)


def amount(jobs: list[float]) -> Amount:
    return Amount(sum(jobs), len(jobs), max(jobs, default=0.0))


def interval(names: list[object], shown: dict, equations: list[tuple[object, list[object]]], name):
    """Least and greatest value of a cell that agree with what is shown: nothing of the product is used."""
    rank = {key: i for i, key in enumerate(names)}
    rows, right = [], []
    for total, parts in equations:
        row = np.zeros(len(names))
        row[rank[total]] = -1
        for part in parts:
            row[rank[part]] = 1
        rows.append(row)
        right.append(0.0)
    bounds = [(shown[key], shown[key]) if key in shown else (0, None) for key in names]
    ends = []
    for sign in (1, -1):
        cost = np.zeros(len(names))
        cost[rank[name]] = sign
        found = linprog(cost, A_eq=np.array(rows), b_eq=right, bounds=bounds)
        ends.append(sign * found.fun if found.status == 0 else float("inf"))
    return ends[0], ends[1]


def table_of(
    people: list[tuple[float, str, str]],
) -> tuple[dict, list[tuple[object, list[object]]]]:
    """Total, two margins and what they cross, as one linked table."""
    cells = {("T",): amount([jobs for jobs, _, _ in people])}
    for a in "abcd":
        cells[("a", a)] = amount([jobs for jobs, one, _ in people if one == a])
    for x in "xyz":
        cells[("x", x)] = amount([jobs for jobs, _, one in people if one == x])
    for a, x in product("abcd", "xyz"):
        cells[(a, x)] = amount([jobs for jobs, one, other in people if (one, other) == (a, x)])
    equations = [
        (("T",), [("a", a) for a in "abcd"]),
        (("T",), [("x", x) for x in "xyz"]),
        *((("a", a), [(a, x) for x in "xyz"]) for a in "abcd"),
        *((("x", x), [(a, x) for a in "abcd"]) for x in "xyz"),
    ]
    return cells, equations


@settings(max_examples=60, deadline=None)
@given(st.lists(employer, max_size=30))
def test_no_hidden_cell_of_a_crossed_table_is_found_by_linear_programming(people) -> None:
    cells, equations = table_of(people)
    hidden = secret_cells(cells, [Sum(total, tuple(parts)) for total, parts in equations])

    assert {key for key, one in cells.items() if 0 < one.units < 3} <= hidden
    assert not any(cells[key].units == 0 for key in hidden)
    shown = {key: one.value for key, one in cells.items() if key not in hidden}
    for key in hidden:
        low, high = interval(list(cells), shown, equations, key)
        assert high - low > 1e-6
        assert low - 1e-6 <= cells[key].value <= high + 1e-6


@settings(max_examples=200, deadline=None)
@given(st.lists(employer, max_size=40))
def test_what_is_missing_in_a_sum_is_no_secret_itself(people) -> None:
    axes = {
        "first": {a: amount([j for j, one, _ in people if one == a]) for a in "abcd"},
        "second": {x: amount([j for j, _, one in people if one == x]) for x in "xyz"},
    }
    total = amount([jobs for jobs, _, _ in people])
    seen = protect(total, axes)
    for axis, amounts in axes.items():
        lost = [amounts[key] for key, value in seen.axes[axis].items() if value is None]
        jobs = [j for j, a, x in people if seen.axes[axis][a if axis == "first" else x] is None]
        if seen.total is None:
            assert lost
        elif lost:
            assert len(jobs) >= 3
            assert max(jobs) <= 0.85 * sum(jobs)
        assert [key for key, value in seen.axes[axis].items() if value is not None] == [
            key for key in amounts if seen.axes[axis][key] == amounts[key].value
        ]


def test_one_small_cell_takes_the_smallest_other_with_it() -> None:
    seen = protect(
        Amount(100, 20, 10),
        {
            "family": {
                "association": Amount(60, 12, 10),
                "cooperative": Amount(30, 5, 10),
                "mutual": Amount(8, 2, 5),
                "foundation": Amount(2, 1, 2),
                "company": NOBODY,
            }
        },
    )
    # Mutuals and the foundation are three employers together, none of which is more than 85 %: enough.
    assert seen.axes["family"] == {
        "association": 60,
        "cooperative": 30,
        "mutual": None,
        "foundation": None,
        "company": 0.0,
    }
    assert seen.total == 100


def test_a_hidden_cell_alone_hides_the_next_one() -> None:
    seen = protect(
        Amount(100, 20, 30),
        {"family": {"a": Amount(60, 12, 10), "b": Amount(38, 7, 30), "c": Amount(2, 1, 2)}},
    )
    assert seen.axes["family"] == {"a": 60, "b": None, "c": None}


def test_a_cell_that_one_employer_dominates_is_hidden() -> None:
    seen = protect(
        Amount(1000, 40, 440),
        {"k": {"a": Amount(500, 5, 440), "b": Amount(300, 20, 40), "c": Amount(200, 15, 20)}},
    )
    assert seen.axes["k"]["a"] is None  # 88 %
    assert seen.axes["k"]["c"] is None
    assert seen.axes["k"]["b"] == 300


def test_exactly_85_percent_and_exactly_three_units_are_shown() -> None:
    seen = protect(Amount(100, 3, 85), {"k": {"a": Amount(100, 3, 85), "b": NOBODY}})
    assert (seen.total, seen.axes["k"]) == (100, {"a": 100, "b": 0.0})


def test_a_secret_total_is_not_found_by_adding() -> None:
    seen = protect(Amount(9, 2, 5), {"k": {"a": Amount(9, 2, 5), "b": NOBODY}})
    assert seen.is_hidden()
    assert seen.is_hidden("k", "a")
    assert not seen.is_hidden("k", "b")


def test_nobody_is_no_secret() -> None:
    seen = protect(NOBODY, {"k": {"a": NOBODY}})
    assert (seen.total, seen.axes) == (0.0, {"k": {"a": 0.0}})
    assert together([]) == NOBODY
