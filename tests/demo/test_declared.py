"""What people of the demonstration say is missing."""

from collections import Counter

import pytest

from maillage.core.models import Letter
from maillage.observatory.models import DeclaredNeed, Echo, WorkingFile
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_each_space_has_needs_in_every_state(demo: None) -> None:
    states = Counter(DeclaredNeed.objects.values_list("space__slug", "state"))
    assert sum(states.values()) == 44
    for slug in ("paris-20e", "est-ensemble", "terres-d-envol", "hauts-de-seine"):
        assert states[slug, "waiting"] == 2
        assert states[slug, "refused"] == 1
        assert states[slug, "published"] + states[slug, "answered"] >= 7
    assert states["paris-20e", "merged"] == states["terres-d-envol", "merged"] == 1
    assert DeclaredNeed.objects.filter(state="answered").count() >= 3
    assert Echo.objects.count() > 100
    assert DeclaredNeed.objects.exclude(email="").count() == 0
    assert Letter.objects.filter(kind="observatory.declared_arrived").count() == 4


def test_two_gaps_are_in_hand_at_different_steps(demo: None) -> None:
    files = WorkingFile.objects.order_by("space__slug")
    assert [(file.space.slug, file.status) for file in files] == [
        ("est-ensemble", "noted"),
        ("terres-d-envol", "called"),
    ]
    assert [file.review_on < NOW.date() for file in files] == [False, True]
    assert all(file.baseline["probability"] > 0.5 for file in files)
