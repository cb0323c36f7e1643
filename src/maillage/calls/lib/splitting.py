"""Share an amount into payments, to the cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")
_WHOLE = Decimal(100)


def split(amount: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """Parts of `amount` in `percents` (100 in all): their sum is `amount`, to the cent.

    Cents that do not share go to the parts that lost most of one, the first of equals. Raises ValueError when
    percents do not add up to 100, or one is not above 0.
    """
    if sum(percents) != _WHOLE or any(one <= 0 for one in percents):
        raise ValueError("the percents of the payments must be above 0 and add up to 100")
    exact = [amount * one / _WHOLE for one in percents]
    parts = [one.quantize(CENT, ROUND_DOWN) for one in exact]
    left = int((amount - sum(parts)) / CENT)
    order = sorted(range(len(parts)), key=lambda rank: (parts[rank] - exact[rank], rank))
    for rank in order[:left]:
        parts[rank] += CENT
    return parts
