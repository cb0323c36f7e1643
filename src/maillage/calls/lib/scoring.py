"""From levels to a total on 100. What a juror cannot say is left out of the sum: it is never a zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Level:
    """`value` from 0 to `scale`, None when the juror cannot say; a weight of an independent criterion is 0."""

    value: int | None
    scale: int
    weight: Decimal


def weighted(levels: Iterable[Level]) -> Decimal | None:
    """Weighted mean on 100 of what was scored, to a thousandth; None when nothing that counts was."""
    scored = [one for one in levels if one.value is not None and one.weight > 0]
    weights = sum((one.weight for one in scored), Decimal(0))
    if not weights:
        return None
    points = sum((one.weight * Decimal(one.value or 0) / one.scale for one in scored), Decimal(0))
    return (100 * points / weights).quantize(_THOUSANDTH, ROUND_HALF_UP)
