"""Letters about structures and the people who keep them."""

from maillage.structures.notices import claims, members

__all__ = ["claims", "members"]
