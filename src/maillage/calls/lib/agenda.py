"""Orders of an agenda, and a draw by lot that anybody can do again."""

import hashlib
from collections.abc import Sequence

BY_LOT, BY_THEME, BY_DEPOSIT = "lot", "theme", "deposit"
ORDERS = {
    BY_LOT: "tirage au sort",
    BY_THEME: "par thème, puis par ordre de dépôt",
    BY_DEPOSIT: "par ordre de dépôt",
}


def drawn(keys: Sequence[int], seed: str) -> list[int]:
    """`keys` in the order that `seed` draws: anybody can do it again with SHA-256."""
    return sorted(keys, key=lambda key: (hashlib.sha256(f"{seed}:{key}".encode()).hexdigest(), key))
