"""When one may deposit: instants, never dates, whatever the status that the clock has written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maillage.calls.enums import EditionStatus, Stage

if TYPE_CHECKING:
    from maillage.calls.models import Edition

# Closed too: a file that came in time may be written after the clock has said that the call is closed.
_TAKES_FILES = frozenset({EditionStatus.SCHEDULED, EditionStatus.OPEN, EditionStatus.CLOSED})
# The second stage is written after the first was closed and read.
_TAKES_FULL = frozenset({EditionStatus.CLOSED, EditionStatus.INSTRUCTION})


@dataclass(frozen=True)
class Window:
    """`until` is the last instant (excluded), grace included; `closes_at` is the one that is announced."""

    opens_at: datetime | None
    closes_at: datetime | None
    until: datetime | None

    def is_open(self, now: datetime) -> bool:
        if self.opens_at is None or self.until is None:
            return False
        return self.opens_at <= now < self.until

    def in_grace(self, now: datetime) -> bool:
        return self.is_open(now) and self.closes_at is not None and now >= self.closes_at


def window_of(edition: "Edition", stage: str = Stage.FULL) -> Window:
    """Window of deposits of `stage`; one that never opens when the edition's step takes no file.

    In a call of two stages, PRE is written until `closes_at` and FULL until `full_closes_at`.
    """
    second = edition.two_stages and stage == Stage.FULL
    takes = _TAKES_FULL if second else _TAKES_FILES
    if edition.status not in takes or edition.opens_at is None:
        return Window(None, edition.closes_at, None)
    closes = edition.full_closes_at if second else edition.closes_at
    if closes is None:
        return Window(None, None, None)
    return Window(edition.opens_at, closes, closes + timedelta(minutes=edition.grace_minutes))
