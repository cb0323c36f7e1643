"""An award to a consortium, shared between those it pays, to the cent."""

from collections.abc import Sequence
from decimal import Decimal

CENT = Decimal("0.01")


def cents(amount: Decimal) -> int:
    return int(amount * 100)


def euros_of(value: int) -> Decimal:
    return (Decimal(value) / 100).quantize(CENT)


def shared(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Parts of `amount` in proportion to `weights`; they add up to it, and the largest remainders get the odd cents.

    When `amount` is at most the sum of `weights`, no part is above its own. Raises ValueError without a weight.
    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("nobody to share with")
    total = cents(amount)
    exact = [Decimal(total) * weight / whole for weight in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda rank: (parts[rank] - exact[rank], rank))
    for rank in order[: total - sum(parts)]:
        parts[rank] += 1
    return [euros_of(one) for one in parts]
