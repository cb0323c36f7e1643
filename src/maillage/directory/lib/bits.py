"""Sets of positions. Bit n of an integer says whether position n belongs to the set.

A value that few structures of a very large space bear is `Sparse`: its positions themselves, an eighth
of the bytes or less. Both answer to `&`, `bit_count()` and truth; a selection is always an integer.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]
# Up to there every set is an integer: nothing is quicker, and all of them are small.
DENSE_UP_TO = 1 << 17
# A position takes 32 bits, a structure one.
_BITS = 32


class Sparse:
    """Positions in increasing order, each once."""

    __slots__ = ("positions",)

    def __init__(self, positions: NDArray[np.int32]) -> None:
        self.positions = positions

    def bit_count(self) -> int:
        return len(self.positions)

    def __bool__(self) -> bool:
        return len(self.positions) > 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sparse) and np.array_equal(self.positions, other.positions)

    def __hash__(self) -> int:
        return hash(self.positions.tobytes())

    def __and__(self, other: "Set") -> "Sparse":
        if isinstance(other, Sparse):
            common = np.intersect1d(self.positions, other.positions, assume_unique=True)
            return Sparse(common.astype(np.int32))
        if not self.positions.size:
            return self
        size = max(int(self.positions[-1]) // 8 + 1, (other.bit_length() + 7) // 8)
        packed = np.frombuffer(other.to_bytes(size, "little"), dtype=np.uint8)
        held = packed[self.positions >> 3] >> (self.positions & 7).astype(np.uint8) & 1
        return Sparse(self.positions[held.view(np.bool_)])

    __rand__ = __and__


Set = Union[int, Sparse]  # noqa: UP007  (a string below would not be a type at run time)


def from_mask(mask: Mask) -> int:
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def from_positions(positions: Iterable[int] | NDArray[Any], size: int) -> int:
    mask = np.zeros(size, dtype=np.bool_)
    mask[np.asarray(positions, dtype=np.int64)] = True
    return from_mask(mask)


def to_mask(bits: int, size: int) -> Mask:
    packed = np.frombuffer(bits.to_bytes((size + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, count=size, bitorder="little").view(np.bool_)


def is_sparse(count: int, size: int) -> bool:
    return size > DENSE_UP_TO and count * _BITS < size


def of_mask(mask: Mask) -> Set:
    """The shortest form of this set."""
    if len(mask) > DENSE_UP_TO:
        count = int(np.count_nonzero(mask))
        if is_sparse(count, len(mask)):
            return Sparse(np.flatnonzero(mask).astype(np.int32))
    return from_mask(mask)


def of_positions(positions: NDArray[Any], size: int) -> Set:
    """The shortest form of this set; `positions` come in any order, several times if need be."""
    if is_sparse(len(positions), size):
        return Sparse(np.unique(positions).astype(np.int32))
    return from_positions(positions, size)


def union(sets: Iterable[Set], size: int) -> int:
    """Positions of any of these sets."""
    held, sparse = 0, []
    for one in sets:
        if isinstance(one, Sparse):
            sparse.append(one.positions)
        else:
            held |= one
    if sparse:
        held |= from_positions(np.concatenate(sparse), size)
    return held


def counts(sets: Sequence[Set], selected: int, size: int) -> list[int]:
    """How many positions of `selected` each set holds; many sparse ones take one pass over them all."""
    rare = [at for at, one in enumerate(sets) if isinstance(one, Sparse)]
    if not rare:
        return [(one & selected).bit_count() for one in sets]
    found = [0] * len(sets)
    mask = to_mask(selected, size).view(np.uint8)
    filled = [at for at in rare if sets[at]]
    if filled:
        parts = [sets[at].positions for at in filled]  # type: ignore[union-attr]
        starts = np.concatenate(([0], np.cumsum([len(part) for part in parts])[:-1]))
        held = np.add.reduceat(mask[np.concatenate(parts)], starts, dtype=np.int32)
        for at, count in zip(filled, held.tolist(), strict=True):
            found[at] = count
    for at, one in enumerate(sets):
        if not isinstance(one, Sparse):
            found[at] = (one & selected).bit_count()
    return found
