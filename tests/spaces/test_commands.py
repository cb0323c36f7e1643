"""`create_space`, as a host types it."""

import json

import pytest
from django.core.management import CommandError, call_command

from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes

pytestmark = pytest.mark.django_db


def create(*args: str, capsys) -> dict:
    call_command("create_space", *args)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_one_command_opens_the_space_of_a_grouping(capsys):
    done = create("est-ensemble", "--territory", "200057875", capsys=capsys)
    assert done == {"space": "est-ensemble", "municipalities": 9}
    space = Space.objects.get()
    assert (space.name, space.authority, space.siren) == (
        "Est Ensemble",
        "Est Ensemble",
        "200057875",
    )
    assert len(perimeter_codes(space)) == 9


@pytest.mark.parametrize(
    ("territory", "count"),
    [("92", 36), ("75120", 1), ("93048,93055", 2), ("region:11", 1_285), ("200054781", 149)],
)
def test_territories(territory, count, capsys):
    args = ("t", "--territory", territory, "--name", "Nom", "--authority", "Ville")
    assert create(*args, capsys=capsys)["municipalities"] == count
    space = Space.objects.get()
    assert (space.name, space.authority) == ("Nom", "Ville")


@pytest.mark.parametrize(
    ("slug", "territory", "sentence"),
    [
        ("ici", "99999", "Le territoire « 99999 » n'est pas connu"),
        ("api", "92", "est réservée"),
        ("Ici", "92", "ne convient pas"),
    ],
)
def test_refusals_say_why_and_change_nothing(slug, territory, sentence):
    with pytest.raises(CommandError, match=sentence) as caught:
        call_command("create_space", slug, "--territory", territory)
    assert caught.value.returncode == 2
    assert Space.objects.count() == 0
