"""Who is in, who is out, and whom to discuss: the list redone with other weights, and without each juror.

Each trial walks down its own ranking and funds requests whole until the money stops. A file that is in every
time is surely in. Weights move by 20 % at most, each alone, then all at once at random (a fixed seed).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from maillage.calls.lib.readings import Bools, Floats, Readings, by_project, totals

MOVE = 0.2
_DRAWS, _SEED = 40, 20_260_206


class Band(StrEnum):
    IN = "in"
    OUT = "out"
    DISCUSS = "discuss"


@dataclass(frozen=True)
class Robustness:
    """`share[p]` of the `trials` in which the project is funded; `bands` follow the order of projects."""

    bands: tuple[Band, ...]
    share: Floats
    trials: int


def robustness(
    readings: Readings, cents: Floats, envelope: float, out: Bools, how: str = "mean"
) -> Robustness:
    """`cents` asked by each project and in the envelope; `out` marks those that are put aside."""
    scores = [
        by_project(readings, totals(readings, _weights(readings.weights)), how),
        *(
            by_project(readings, totals(readings), how, juror_out=position)[:, None]
            for position in range(len(readings.jurors))
        ),
    ]
    table = np.concatenate(scores, axis=1)
    # A project whose only reader is left out says nothing in that trial: it keeps its own score.
    usual = by_project(readings, totals(readings), how)[:, None]
    table = np.where(np.isnan(table), usual, table)
    funded = _funded(np.where(out[:, None], np.nan, table), cents, envelope)
    share = funded.mean(axis=1)
    bands = tuple(Band.IN if one == 1 else Band.OUT if one == 0 else Band.DISCUSS for one in share)
    return Robustness(bands, share, table.shape[1])


def _weights(weights: Floats) -> Floats:
    """`[K, W]`: the weights as they are, each one moved alone both ways, all moved at random."""
    count = len(weights)
    alone = [
        weights * np.where(np.arange(count) == one, 1 + sign * MOVE, 1)
        for one in range(count)
        if weights[one] > 0
        for sign in (-1, 1)
    ]
    drawn = np.random.default_rng(_SEED).uniform(1 - MOVE, 1 + MOVE, (_DRAWS, count)) * weights
    return np.column_stack([weights, *alone, *drawn])


def _funded(scores: Floats, cents: Floats, envelope: float) -> Bools:
    """Boolean `[P, W]`: down each ranking until the first request that no longer fits."""
    order = np.argsort(np.where(np.isnan(scores), np.inf, -scores), axis=0, kind="stable")
    sums = np.cumsum(cents[order], axis=0)
    fits = np.logical_and.accumulate(sums <= envelope, axis=0)
    found = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(found, order, fits, axis=0)
    return found & ~np.isnan(scores)
