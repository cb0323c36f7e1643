"""Sets of positions as Python integers: bit n says whether position n belongs to the set."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]


def from_mask(mask: Mask) -> int:
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def from_positions(positions: Iterable[int] | NDArray[Any], size: int) -> int:
    mask = np.zeros(size, dtype=np.bool_)
    mask[np.asarray(positions, dtype=np.int64)] = True
    return from_mask(mask)


def to_mask(bits: int, size: int) -> Mask:
    packed = np.frombuffer(bits.to_bytes((size + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, count=size, bitorder="little").view(np.bool_)
