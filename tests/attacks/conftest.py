"""The attacks use the world of the matrix: every person, every address, objects made once."""

from tests.portal.test_doors import world

__all__ = ["world"]
