from collections.abc import Iterator

import pytest

from tests.core.letters.post_office import PostOffice, post_office


@pytest.fixture
def office(settings: object) -> Iterator[PostOffice]:
    with post_office(settings) as opened:
        yield opened
