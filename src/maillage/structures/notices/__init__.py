"""Letters about structures, their pages and the people who keep them."""

from maillage.structures.notices import claims, members
from maillage.structures.notices.freshness import FRESHNESS

__all__ = ["FRESHNESS", "claims", "members"]
