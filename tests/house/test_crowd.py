"""The people of the stories stand where the factories say."""

import pytest

from maillage.accounts.models import User
from maillage.spaces.permissions import can_manage, can_see
from maillage.structures.permissions import may
from tests.factories import Crowd

pytestmark = pytest.mark.django_db


def test_each_person_of_the_crowd_has_one_clear_right(crowd: Crowd):
    people = [name for name, value in vars(crowd).items() if isinstance(value, User)]
    assert [name for name in people if can_manage(getattr(crowd, name), crowd.space)] == [
        "aicha",
        "chloe",
    ]
    kept = {name: may("structure.edit", getattr(crowd, name), crowd.structure) for name in people}
    assert [name for name, verdict in kept.items() if verdict] == ["nadia", "marc"]
    crowd.space.is_public = False
    seen = [name for name in people if can_see(getattr(crowd, name), crowd.space)]
    assert seen == ["aicha", "chloe", "ines", "jules"]


def test_a_closed_account_is_signed_out(crowd: Crowd):
    answer = crowd.client("fanny").get("/compte/espaces/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/connexion/")
