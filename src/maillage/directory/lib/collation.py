"""The order in which a French reader looks for names, the same on every database."""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_PREFIX = 40


def collation_key(name: str) -> str:
    """Case, accents and opening signs do not count; ligatures are two letters."""
    if not name.isascii():
        spelled = name.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
        name = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode() or name
    return name.lower().lstrip(" \"'(-.")


def prefixes(names: Sequence[str]) -> NDArray[np.bytes_]:
    """The first bytes of each key; bytes of UTF-8 compare as its letters do."""
    return np.asarray(
        [collation_key(name).encode()[:_PREFIX] for name in names], dtype=f"S{_PREFIX}"
    )


def is_cut(keys: NDArray[np.bytes_]) -> NDArray[np.bool_]:
    """Whether there may be more of the key than its first bytes."""
    return np.char.str_len(keys) >= _PREFIX
