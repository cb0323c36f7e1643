"""The attacks use the world of the matrix: every person, every address, objects made once."""

import pytest

from tests.portal.test_doors import world

__all__ = ["world"]


@pytest.fixture(autouse=True)
def geocoders_are_away(settings: object) -> None:
    """What is typed as an address is asked of a port where nobody listens."""
    settings.GEOCODING_API = settings.ENTREPRISES_API = "http://127.0.0.1:9"
