"""Empirical Bayes for small places: a gamma–Poisson model of who answers a need, place by place.

The supply y of a place of n people is y ~ Poisson(n θ), with θ ~ Gamma(α, α / r): r is the rate of the
other places together, α says how much places differ (the coefficient of variation is 1 / √α). α maximises
the marginal likelihood of the other places (negative binomial) times a weak prior, log α ~ N(log 4, 1),
within [1, 10 000]: places usually differ by half, never by more than once their mean. Without it a dozen of
places that happen to look alike would be believed identical (Chung et al., 2013, « A nondegenerate penalized
likelihood estimator for variance parameters »).

A place's own structures never move what it is compared with: r and α are those of the *other* places,
counted without the structures that are here too. Hence the promise: one more structure in a place only
raises its y, so that P(θ < r | y) can only go down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import digamma, gammainc, gammaln

Floats = NDArray[np.float64]

USUAL_SHAPE, LEAST_SHAPE, MOST_SHAPE = 4.0, 1.0, 1e4
# Up to so many places each one has its own fit; beyond, places are put aside by groups.
MOST_FITS = 64
_GRID = np.linspace(np.log(LEAST_SHAPE), np.log(MOST_SHAPE), 24)
_HALVINGS = 46


@dataclass(frozen=True, slots=True)
class Smoothed:
    """Arrays needs × places; rates are per person, not a number where nothing can be said.

    `probability` is P(θ < `expected`). It is not a number when nobody answers in the other places.
    """

    rate: Floats
    expected: Floats
    shape: Floats
    shrunk: Floats
    probability: Floats


def smooth(
    supply: Floats, population: Floats, several: Sequence[Any | None] | None = None
) -> Smoothed:
    """`supply` and `population` are needs × places; nobody's place has a population of 0.

    `several[k]` tells the structures that answer need k in several places: a sparse array structures × places
    of ones, None when there is none. What a place is compared with leaves out those that are there too.
    """
    supply, population = np.asarray(supply, np.float64), np.asarray(population, np.float64)
    needs, places = supply.shape
    known = population > 0
    counted, people = np.where(known, supply, 0.0), np.where(known, population, 0.0)
    groups = _groups(places)
    expected = np.full((needs, places), np.nan)
    shape = np.full((needs, places), np.nan)
    for need in range(needs):
        both = _inhabited(several[need] if several else None, known[need])
        expected[need] = _rest_rate(counted[need], people[need], both)
        shape[need] = _shapes(groups, counted[need], people[need], both)
    return _posterior(supply, population, expected, shape)


def against(supply: Floats, population: Floats, peers: Floats, peer_population: Floats) -> Smoothed:
    """The same, each place compared with `peers` (needs × other places), none of which is among them."""
    supply, population = np.asarray(supply, np.float64), np.asarray(population, np.float64)
    total = peers.sum(axis=1, keepdims=True)
    people = peer_population.sum(axis=1, keepdims=True)
    expected = np.divide(total, people, out=np.full(total.shape, np.nan), where=people > 0)
    shape = _fit(peers, np.nan_to_num(peer_population * expected))[:, None]
    return _posterior(supply, population, np.broadcast_to(expected, supply.shape), shape)


def rest_rates(
    supply: Floats, population: Floats, several: Sequence[Any | None] | None = None
) -> Floats:
    """Rate of the other places together, for each place: what `smooth` compares it with."""
    known = population > 0
    rows = [
        _rest_rate(
            np.where(known[need], supply[need], 0.0),
            np.where(known[need], population[need], 0.0),
            _inhabited(several[need] if several else None, known[need]),
        )
        for need in range(len(supply))
    ]
    return np.asarray(rows).reshape(supply.shape)


def _posterior(supply: Floats, population: Floats, expected: Floats, shape: Floats) -> Smoothed:
    known = population > 0
    comparable = known & (expected > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = shape / expected
        shrunk = (shape + supply) / (scale + population)
        below = gammainc(shape + supply, (scale + population) * expected)
        return Smoothed(
            rate=np.where(known, supply / population, np.nan),
            expected=np.where(known, expected, np.nan),
            shape=np.where(comparable, shape, np.nan),
            shrunk=np.where(comparable, shrunk, np.nan),
            probability=np.where(comparable, below, np.nan),
        )


def _inhabited(several: Any | None, known: NDArray[np.bool_]) -> Any | None:
    """The same structures, without the places where the population is not known."""
    if several is None or not several.shape[0]:
        return None
    return csr_array(several.astype(np.float64) @ csr_array(np.diag(known.astype(np.float64))))


def _rest_rate(counted: Floats, people: Floats, both: Any | None) -> Floats:
    """Rate of the other places together; not a number when nobody lives there."""
    rest = counted.sum() - counted
    if both is not None:
        rest = rest - both.T @ (both.sum(axis=1) - 1)
    elsewhere = people.sum() - people
    rates: Floats = np.full(counted.shape, np.nan)
    np.divide(rest, elsewhere, out=rates, where=elsewhere > 0)
    return rates


def _groups(places: int) -> NDArray[np.int64]:
    """Group of each place: what is put aside together. Each place alone, as long as there are few."""
    return np.arange(places) % min(max(places, 1), MOST_FITS)


def _shapes(groups: NDArray[np.int64], counted: Floats, people: Floats, both: Any | None) -> Floats:
    """α for each place, from the places outside its group and the structures that are in none of the group's."""
    if not len(groups):
        return np.zeros(0)
    inside = np.equal.outer(np.arange(groups.max() + 1), groups)
    seen = np.where(inside, 0.0, counted)
    if both is not None:
        here = (both @ inside.T.astype(np.float64)) > 0
        seen -= np.where(inside, 0.0, here.T.astype(np.float64) @ both.toarray())
    there = np.where(inside, 0.0, people)
    total = there.sum(axis=1, keepdims=True)
    pooled = np.divide(
        seen.sum(axis=1, keepdims=True), total, out=np.zeros_like(total), where=total > 0
    )
    found: Floats = _fit(seen, there * pooled)[groups]
    return found


def _fit(counts: Floats, means: Floats) -> Floats:
    """α that maximises the penalised marginal likelihood of each row; places of mean 0 say nothing."""
    counts, means = np.where(means > 0, counts, 0.0), np.where(means > 0, means, 0.0)
    objective = np.stack([_objective(counts, means, step) for step in _GRID])
    best = objective.argmax(axis=0)
    low = _GRID[np.maximum(best - 1, 0)]
    high = _GRID[np.minimum(best + 1, len(_GRID) - 1)]
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        rising = _slope(counts, means, middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    found: Floats = np.exp((low + high) / 2)
    return found


def _objective(counts: Floats, means: Floats, log_shape: float) -> Floats:
    """Log of the marginal likelihood and of the prior, but for what does not depend on α."""
    shape = np.exp(log_shape)
    likelihood = gammaln(counts + shape) - gammaln(shape)
    likelihood -= shape * np.log1p(means / shape) + counts * np.log(shape + means)
    value: Floats = likelihood.sum(axis=-1) - (log_shape - np.log(USUAL_SHAPE)) ** 2 / 2
    return value


def _slope(counts: Floats, means: Floats, log_shape: Floats) -> Floats:
    """Derivative of the objective by log α."""
    shape = np.exp(log_shape)[:, None]
    slope = digamma(counts + shape) - digamma(shape) - np.log1p(means / shape)
    slope += (means - counts) / (shape + means)
    value: Floats = shape[:, 0] * slope.sum(axis=-1) - (log_shape - np.log(USUAL_SHAPE))
    return value
