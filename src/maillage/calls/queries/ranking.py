"""The ranking of a call as the jury sees it: raw and adjusted scores side by side, agreement, what is robust.

Scores are those frozen when the jury began (`ScoreRecord`), else the ones of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from maillage.accounts.models import User
from maillage.calls.enums import ReviewStatus
from maillage.calls.lib.agreement import Agreement, agreements
from maillage.calls.lib.juror_effect import Adjusted, adjust
from maillage.calls.lib.ranking import Standing, standings
from maillage.calls.lib.readings import Mark, Measure, Readings, readings_of
from maillage.calls.lib.robustness import Band, Robustness, robustness
from maillage.calls.lib.sharing import cents
from maillage.calls.models import Application, Edition, Score, ScoreRecord
from maillage.calls.queries.jury import EXAMINED, files_of, money_of

ADJUSTED = "adjusted"


@dataclass(frozen=True)
class Row:
    """One file. `low` and `high` bound its adjusted rank nine times in ten; `official` is the rank that counts."""

    file: Application
    standing: Standing
    adjusted: float | None
    adjusted_rank: int | None
    low: int
    high: int
    official: int | None
    band: Band
    funded_share: float

    @property
    def moves(self) -> int:
        """Places won (above 0) or lost once what belongs to jurors is taken away."""
        if self.standing.rank is None or self.adjusted_rank is None:
            return 0
        return self.standing.rank - self.adjusted_rank


@dataclass(frozen=True)
class Board:
    rows: tuple[Row, ...]
    agreements: tuple[Agreement, ...]
    jurors: int
    groups: int
    is_estimated: bool
    uses_adjusted: bool
    how: str
    frozen_at: datetime | None
    trials: int


def how_of(edition: Edition) -> str:
    return "median" if edition.reading.get("score") == "median" else "mean"


def uses_adjusted(edition: Edition) -> bool:
    """Raw scores count unless the rules said otherwise before the opening."""
    return bool(edition.reading.get("official") == ADJUSTED)


def measures_of(edition: Edition) -> list[Measure]:
    return [
        Measure(one.pk, one.label, float(one.weight), one.scale_max, one.floor, one.is_independent)
        for one in edition.criteria.all()
    ]


def marks_of(edition: Edition) -> tuple[list[Mark], datetime | None]:
    """Every score that counts, and when they were frozen (None: not yet). Abstentions say nothing."""
    record = ScoreRecord.objects.filter(edition=edition).first()
    if record is not None:
        return [
            (row["application"], row["juror"], row["criterion"], row["value"])
            for row in record.scores
        ], record.at
    return list(
        Score.objects.filter(
            review__application__edition=edition,
            review__status=ReviewStatus.SUBMITTED,
            review__abstains=False,
        ).values_list("review__application", "review__juror", "criterion", "value")
    ), None


def readings_for(edition: Edition, keys: Sequence[int]) -> tuple[Readings, datetime | None]:
    marks, at = marks_of(edition)
    return readings_of(keys, measures_of(edition), marks), at


def _official(edition: Edition, readings: Readings, adjusted: Adjusted | None) -> list[Standing]:
    how = how_of(edition)
    if not uses_adjusted(edition):
        return standings(readings, how)
    found = adjusted or adjust(readings)
    return standings(readings, how, scores=found.scores)


def official_standings(edition: Edition) -> dict[int, Standing]:
    """The standing that counts, of every file of the jury."""
    keys = list(
        Application.objects.filter(edition=edition, status__in=EXAMINED)
        .order_by("number")
        .values_list("pk", flat=True)
    )
    readings, _ = readings_for(edition, keys)
    return {one.project: one for one in _official(edition, readings, None)}


def official_ranks(edition: Edition) -> dict[int, int | None]:
    return {key: one.rank for key, one in official_standings(edition).items()}


def board_of(edition: Edition, user: User) -> Board:
    """Files that the person may know of, the best first; those without a rank last.

    Who is recused of a file reads a ranking of the others: neither its place nor its score is told.
    """
    files = list(files_of(edition, user).select_related("form"))
    readings, at = readings_for(edition, [one.pk for one in files])
    raw = standings(readings, how_of(edition))
    adjusted = adjust(readings)
    smooth = standings(readings, how_of(edition), scores=adjusted.scores)
    official = smooth if uses_adjusted(edition) else raw
    steady = _robust(edition, files, readings, raw)
    rows = [
        Row(
            file=file,
            standing=raw[n],
            adjusted=smooth[n].score,
            adjusted_rank=smooth[n].rank,
            low=int(adjusted.low[n]),
            high=int(adjusted.high[n]),
            official=official[n].rank,
            band=steady.bands[n],
            funded_share=float(steady.share[n]),
        )
        for n, file in enumerate(files)
    ]
    rows.sort(key=lambda row: (row.official is None, row.official or 0, row.file.number or 0))
    return Board(
        rows=tuple(rows),
        agreements=tuple(agreements(readings)),
        jurors=len(readings.jurors),
        groups=adjusted.groups,
        is_estimated=adjusted.is_estimated,
        uses_adjusted=uses_adjusted(edition),
        how=how_of(edition),
        frozen_at=at,
        trials=steady.trials,
    )


def _robust(
    edition: Edition, files: list[Application], readings: Readings, raw: list[Standing]
) -> Robustness:
    asked = np.array([float(cents(one.requested or Decimal(0))) for one in files])
    out = np.array([one.rank is None for one in raw], dtype=bool)
    envelope = float(cents(money_of(edition).available))
    return robustness(readings, asked, envelope, out, how_of(edition))
