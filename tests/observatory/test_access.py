"""Distance to the nearest supply and 2SFCA, against loops over every pair."""

import math

import numpy as np
import pytest

from maillage.observatory.lib import access


def by_hand(cells, people, supply, reach, weigh):
    """Every pair, one after the other, as the paper writes it."""
    shares = []
    for structure in supply:
        within = [weigh(math.dist(cell, structure)) for cell in cells]
        demand = math.fsum(w * p for w, p in zip(within, people, strict=True))
        shares.append(1 / demand if demand else 0.0)
    return [
        math.fsum(
            share * weigh(math.dist(cell, at)) for share, at in zip(shares, supply, strict=True)
        )
        for cell in cells
    ]


@pytest.fixture(scope="module")
def town():
    rng = np.random.default_rng(4)
    cells = np.stack(np.meshgrid(np.arange(12), np.arange(10)), -1).reshape(-1, 2) * 200.0
    people = rng.gamma(1, 150, len(cells)).round(1)
    people[:5] = 0
    supply = np.vstack([rng.uniform(-300, 2600, (50, 2)), cells[[7, 7, 60]], [[90_000.0, 0.0]]])
    return cells, people, supply


@pytest.mark.parametrize("reach", [100.0, 400.0, 1_500.0, 50_000.0])
@pytest.mark.parametrize("decay", [False, True])
def test_two_step_agrees_with_every_pair(town, reach, decay, monkeypatch):
    monkeypatch.setattr(access, "MOST_PAIRS", 700)

    def weigh(metres: float) -> float:
        if metres > reach:
            return 0.0
        far = math.exp(-0.5 * (metres / reach) ** 2)
        return (far - math.exp(-0.5)) / (1 - math.exp(-0.5)) if decay else 1.0

    cells, people, supply = town
    found = access.two_step(cells, people, supply, reach=reach, decay=decay)
    assert found == pytest.approx(by_hand(cells, people, supply, reach, weigh), abs=1e-12, rel=1e-9)


def test_every_structure_near_someone_is_shared_whole(town):
    cells, people, supply = town
    found = access.two_step(cells, people, supply, reach=900.0)
    near = [
        any(math.dist(cell, at) <= 900 for cell, held in zip(cells, people, strict=True) if held)
        for at in supply
    ]
    assert (found * people).sum() == pytest.approx(sum(near))


def test_nearest_agrees_with_every_pair(town):
    cells, _people, supply = town
    by_pairs = [min(math.dist(cell, at) for at in supply) for cell in cells]
    assert access.nearest(cells, supply) == pytest.approx(by_pairs, abs=1e-9)


def test_nothing_to_reach_is_infinitely_far_and_gives_nothing():
    cells, nothing = np.zeros((2, 2)), np.zeros((0, 2))
    assert np.isinf(access.nearest(cells, nothing)).all()
    assert not access.two_step(cells, np.ones(2), nothing, reach=500).any()
    assert len(access.nearest(nothing, cells)) == 0
    assert len(access.two_step(nothing, np.zeros(0), cells, reach=500)) == 0


def test_means_weigh_people_and_pass_over_empty_places():
    values, people = np.array([10.0, 40.0, np.inf]), np.array([3.0, 1.0, 0.0])
    means = access.weighted_mean(values, people, np.array([0, 0, 1]), 3)
    assert means[0] == pytest.approx(17.5)
    assert np.isnan(means[1:]).all()
