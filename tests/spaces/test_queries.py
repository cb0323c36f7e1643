"""Perimeters and the spaces of a person or of a commune."""

import pytest
from django.contrib.auth.models import AnonymousUser

from maillage.spaces.models import PerimeterEntry
from maillage.spaces.queries import perimeter_codes, roles_held, spaces_containing
from tests.factories import NOW, make_space

pytestmark = pytest.mark.django_db


def test_perimeter_in_force_in_one_query(django_assert_num_queries):
    space = make_space(communes=("93048", "93055"))
    PerimeterEntry.objects.create(space=space, municipality_code="93001", until=NOW.date())
    with django_assert_num_queries(1):
        assert perimeter_codes(space) == {"93048", "93055"}
        assert perimeter_codes(space) == {"93048", "93055"}


def test_roles_of_a_person(cast):
    held = [(role.space, role.kind) for role in roles_held(cast.chloe)]
    assert held == [(cast.space, "agent")]
    assert roles_held(cast.denis) == []
    assert roles_held(AnonymousUser()) == []


def test_spaces_of_communes(cast):
    """Pantin is in both perimeters; a commune that left no longer counts."""
    assert list(spaces_containing(["93055"])) == [cast.other_space, cast.space]
    assert list(spaces_containing(["93048", "93055"])) == [cast.other_space, cast.space]
    assert list(spaces_containing(["93008"])) == [cast.other_space]
    cast.other_space.perimeter.filter(municipality_code="93008").update(until=NOW.date())
    assert list(spaces_containing(["93008"])) == []
    assert list(spaces_containing([])) == []
