"""Empirical Bayes: what it promises, tried on many tables, and against a plain computation."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_array

from maillage.observatory.lib import shrinkage


def table(structures: list[set[int]], places: int):
    """Supply of one need, and its structures of several places, as the measure counts them."""
    counts = [[sum(place in one for one in structures) for place in range(places)]]
    several = [
        [float(place in one) for place in range(places)] for one in structures if len(one) > 1
    ]
    return np.array(counts, float), [csr_array(several) if several else None]


def probabilities(structures, people) -> np.ndarray:
    supply, several = table(structures, len(people))
    return shrinkage.smooth(supply, np.array([people], float), several).probability[0]


def worlds(most_places: int):
    return st.integers(1, most_places).flatmap(
        lambda size: st.tuples(
            st.lists(st.sets(st.integers(0, size - 1), min_size=1, max_size=4), max_size=40),
            st.lists(st.sampled_from([0, 1, 800, 17_000, 111_934]), min_size=size, max_size=size),
            st.sets(st.integers(0, size - 1), min_size=1, max_size=4),
        )
    )


def never_raises(world) -> None:
    structures, people, added = world
    before = probabilities(structures, people)
    after = probabilities([*structures, added], people)
    for place in added:
        assert math.isnan(before[place]) == math.isnan(after[place])
        assert math.isnan(before[place]) or after[place] <= before[place]


@settings(max_examples=150, deadline=None)
@given(worlds(9))
@example(([{0}, {1}, {1}], [1000, 1000, 1000], {0, 1}))
def test_a_structure_never_raises_the_probability_of_its_own_places(world):
    never_raises(world)


@settings(max_examples=25, deadline=None)
@given(worlds(9))
def test_nor_when_places_are_put_aside_by_groups(world):
    few, shrinkage.MOST_FITS = shrinkage.MOST_FITS, 3
    try:
        never_raises(world)
    finally:
        shrinkage.MOST_FITS = few


def by_hand(structures: list[set[int]], people: list[float], place: int):
    """α, r, smoothed rate and probability of `place`, with scipy's distributions and a scalar search."""
    others = [other for other in range(len(people)) if other != place and people[other] > 0]
    elsewhere = [one for one in structures if place not in one]
    counts = [sum(other in one for one in elsewhere) for other in others]
    rate = sum(counts) / sum(people[other] for other in others)

    def cost(log_shape: float) -> float:
        size = math.exp(log_shape)
        chances = [size / (size + rate * people[other]) for other in others]
        fit = sum(
            stats.nbinom.logpmf(count, size, chance)
            for count, chance in zip(counts, chances, strict=True)
        )
        return -fit - stats.norm.logpdf(log_shape, math.log(4), 1)

    grid = np.linspace(0, math.log(1e4), 60)
    start = min(grid, key=cost)
    span = (max(start - 0.2, 0), min(start + 0.2, math.log(1e4)))
    found = minimize_scalar(cost, bounds=span, method="bounded", options={"xatol": 1e-11})
    shape = math.exp(found.x)
    supply = sum(place in one for one in structures)
    posterior = stats.gamma(shape + supply, scale=1 / (shape / rate + people[place]))
    return rate, posterior.mean(), posterior.cdf(rate)


def test_it_agrees_with_a_plain_computation():
    rng = np.random.default_rng(7)
    people = rng.integers(3_000, 120_000, 12).astype(float).tolist()
    weights = rng.gamma(2, size=12) * people
    structures = [
        set(
            rng.choice(
                12, size=rng.choice([1, 1, 1, 2, 3]), p=weights / weights.sum(), replace=False
            )
        )
        for _ in range(150)
    ]
    supply, several = table(structures, 12)
    found = shrinkage.smooth(supply, np.array([people]), several)
    for place in range(12):
        rate, shrunk, chance = by_hand(structures, people, place)
        assert found.expected[0, place] == pytest.approx(rate, rel=1e-12)
        assert found.shrunk[0, place] == pytest.approx(shrunk, rel=1e-6)
        assert found.probability[0, place] == pytest.approx(chance, abs=1e-6)


def test_a_small_place_never_screams():
    """No structure for a handful of people: nothing can be said, however unlike the others are."""
    for others in ([40, 40, 40, 40], [0, 200, 3, 0]):
        supply = np.array([[0, *others]], float)
        found = shrinkage.smooth(supply, np.array([[20, *[50_000] * 4]], float))
        assert 0.4 < found.probability[0, 0] < 0.65


def test_a_large_place_without_any_is_heard():
    found = shrinkage.smooth(np.array([[0, 30, 34, 28]], float), np.full((1, 4), 50_000.0))
    assert found.probability[0, 0] > 0.99
    assert found.rate[0, 0] == 0 < found.shrunk[0, 0] < found.expected[0, 0]


def test_like_places_are_seldom_called_under_served():
    """Where all places have the same true rate, few are called « neuf chances sur dix »."""
    rng = np.random.default_rng(3)
    people = rng.uniform(5_000, 100_000, (200, 12))
    found = shrinkage.smooth(rng.poisson(people * 2e-4), people)
    assert (found.probability > 0.9).mean() < 0.1


@pytest.mark.parametrize(
    ("supply", "people"),
    [([0, 0, 0], [10, 10, 10]), ([3], [500]), ([2, 0], [500, 0]), ([], [])],
    ids=["nobody answers", "one place", "one inhabited place", "no place"],
)
def test_what_cannot_be_compared_says_nothing(supply, people):
    found = shrinkage.smooth(np.array([supply], float), np.array([people], float))
    assert np.isnan(found.probability).all()
    assert np.isnan(found.shrunk).all()


def test_the_only_place_that_has_some_compares_with_nothing_and_the_others_with_it():
    found = shrinkage.smooth(np.array([[3, 0, 0]], float), np.full((1, 3), 30_000.0))
    assert np.isnan(found.probability[0, 0])
    assert (found.probability[0, 1:] > 0.5).all()


def test_smoothing_stays_between_the_own_rate_and_that_of_the_others():
    rng = np.random.default_rng(11)
    people = rng.uniform(1_000, 90_000, (20, 15))
    found = shrinkage.smooth(rng.poisson(people * rng.gamma(2, 1e-4, people.shape)), people)
    low, high = np.minimum(found.rate, found.expected), np.maximum(found.rate, found.expected)
    assert ((found.shrunk >= low - 1e-15) & (found.shrunk <= high + 1e-15)).all()


def test_chosen_peers_take_the_place_of_the_rest():
    rng = np.random.default_rng(5)
    people = rng.uniform(10_000, 90_000, (1, 9))
    counts = rng.poisson(people * 3e-4).astype(float)
    rest = shrinkage.smooth(counts, people)
    chosen = shrinkage.against(counts[:, :1], people[:, :1], counts[:, 1:], people[:, 1:])
    assert chosen.probability[0, 0] == pytest.approx(rest.probability[0, 0], abs=1e-12)
    nobody = shrinkage.against(counts, people, np.zeros((1, 0)), np.zeros((1, 0)))
    assert np.isnan(nobody.probability).all()
