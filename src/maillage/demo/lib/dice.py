"""Chance that always falls the same way: one independent stream per name."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws depend on `names` only, so that a new draw elsewhere moves nothing here."""

    def __init__(self, *names: object) -> None:
        self._random = random.Random("/".join(str(name) for name in names))  # noqa: S311  (no secret)

    def share(self) -> float:
        """A number between 0 and 1."""
        return self._random.random()

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def number(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def gauss(self, spread: float) -> float:
        return self._random.gauss(0, spread)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self._random.random() * len(choices))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One key, in proportion to its weight."""
        mark = self._random.random() * sum(weights.values())
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return next(reversed(list(weights)))

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different choices at most, in drawn order."""
        left = list(choices)
        drawn: list[T] = []
        while left and len(drawn) < count:
            drawn.append(left.pop(int(self._random.random() * len(left))))
        return drawn
