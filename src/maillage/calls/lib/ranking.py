"""The official order: mean or median of weighted totals, as the edition said before it opened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maillage.calls.lib.readings import Floats, Readings, by_project, totals

_DECIMALS = 3  # a difference below a thousandth of a point is a tie


@dataclass(frozen=True)
class Standing:
    """`rank` is shared by ties (1, 2, 2, 4), None without a score or when put aside.

    `under` names the criteria whose mean (or median) is below their disqualifying floor.
    """

    project: int
    score: float | None
    rank: int | None
    is_tied: bool
    readings: int
    under: tuple[str, ...] = ()


def official_scores(readings: Readings, how: str = "mean") -> Floats:
    return np.round(by_project(readings, totals(readings), how), _DECIMALS)


def under_floor(readings: Readings, how: str = "mean") -> list[tuple[str, ...]]:
    """For each project, the criteria that put it aside: what jurors gave, together, is below the floor."""
    levels = by_project(readings, readings.marks, how)
    return [
        tuple(
            one.label
            for one, level in zip(readings.measures, row, strict=True)
            if one.floor is not None and not np.isnan(level) and level < one.floor
        )
        for row in levels
    ]


def ranks(scores: Sequence[float], out: Sequence[bool]) -> list[int | None]:
    """Rank 1 for the highest; equal scores share theirs; None where `out` or NaN."""
    kept = sorted(
        (-score for score, away in zip(scores, out, strict=True) if not away and score == score)  # noqa: PLR0124
    )
    first: dict[float, int] = {}
    for position, score in enumerate(kept, start=1):
        first.setdefault(-score, position)
    return [None if away else first.get(score) for score, away in zip(scores, out, strict=True)]


def standings(
    readings: Readings, how: str = "mean", *, scores: Floats | None = None
) -> list[Standing]:
    """One per project, in the order of `readings.projects`. `scores` replaces the raw ones (adjusted)."""
    found = official_scores(readings, how) if scores is None else np.round(scores, _DECIMALS)
    aside = under_floor(readings, how)
    said = [float(one) for one in found]
    places = ranks(said, [bool(one) for one in aside])
    seen: dict[int, int] = {}
    for place in places:
        if place is not None:
            seen[place] = seen.get(place, 0) + 1
    counts = np.bincount(readings.project, minlength=len(readings.projects))
    return [
        Standing(
            project=project,
            score=None if np.isnan(found[n]) else said[n],
            rank=place,
            is_tied=place is not None and seen[place] > 1,
            readings=int(counts[n]),
            under=aside[n],
        )
        for n, (project, place) in enumerate(zip(readings.projects, places, strict=True))
    ]
