"""`create_space`, `add_agent` and `keep_vocabulary`, as a host types them."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from maillage.accounts.models import User
from maillage.spaces.models import Role, Space
from maillage.spaces.queries import perimeter_codes
from tests.factories import PASSWORD, make_role, make_space, make_user

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


@pytest.fixture
def val():
    return make_space("val", name="Val de Bièvre")


def test_a_first_administrator_gets_a_link_that_works_once(val, capsys, client):
    call_command("add_agent", "Aicha@Ville.example ", "--space", "val", "--role", "administrator")
    said, link = capsys.readouterr().out.splitlines()
    assert (
        said == "aicha@ville.example a le rôle « administrateur » dans l'espace « Val de Bièvre »."
    )
    role = Role.objects.get()
    assert (role.space, role.kind, role.user.email) == (val, "administrator", "aicha@ville.example")
    assert not role.user.has_usable_password()
    address = link.removeprefix("Mot de passe à choisir ici, une seule fois : ")
    assert address.startswith("http://127.0.0.1:8000/compte/")
    path = address.removeprefix("http://127.0.0.1:8000")
    form = client.get(path, follow=True)
    chosen = dict.fromkeys(("password1", "password2"), "une phrase assez longue")
    client.post(form.redirect_chain[-1][0], chosen)
    assert User.objects.get().check_password("une phrase assez longue")
    again = Client().get(path, follow=True)
    assert again.redirect_chain == []  # no form is offered twice


def test_a_password_can_be_given_on_the_standard_input(val, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("une phrase assez longue\n"))
    call_command(
        "add_agent", "a@ville.example", "--space", "val", "--name", "Aïcha", "--password-stdin"
    )
    user = User.objects.get()
    assert user.check_password("une phrase assez longue")
    assert (user.name, Role.objects.get().kind) == ("Aïcha", "agent")
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_known_person_keeps_name_and_password(val, capsys):
    user = make_user("a@ville.example", name="Aïcha")
    call_command("add_agent", "A@ville.example", "--space", "val", "--name", "Autre")
    user.refresh_from_db()
    assert (user.name, user.check_password(PASSWORD)) == ("Aïcha", True)
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "stdin", "sentence"),
    [
        (["pas une adresse"], "", "n'est pas une adresse e-mail"),
        (["b@ville.example", "--password-stdin"], "court\n", "Ce mot de passe est trop court"),
        (["b@ville.example", "--password-stdin"], "", "Ce mot de passe est trop court"),
        (["last@ville.example", "--role", "agent"], "", "la dernière personne à administrer"),
        (
            ["last@ville.example", "--password-stdin"],
            "une phrase assez longue\n",
            "a déjà un compte",
        ),
    ],
)
def test_an_agent_that_can_not_be_added(val, monkeypatch, args, stdin, sentence):
    make_role(val, make_user("last@ville.example"), Role.Kind.ADMINISTRATOR)
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    with pytest.raises(CommandError, match=sentence) as caught:
        call_command("add_agent", *args, "--space", "val")
    assert caught.value.returncode == 2
    assert [(role.user.email, role.kind) for role in Role.objects.all()] == [
        ("last@ville.example", "administrator")
    ]
    assert User.objects.count() == 1


def test_an_unknown_space_names_those_that_exist(val):
    with pytest.raises(CommandError, match=r"« lav » n'existe pas\. Espaces connus : val\."):
        call_command("add_agent", "a@ville.example", "--space", "lav")


def test_a_partner_and_its_sort(capsys):
    make_space("val")
    call_command("add_agent", "ines@test.example", "--space", "val", "--role", "partner", "--partner", "funder")  # fmt: skip
    role = Role.objects.get()
    assert (role.kind, role.partner_kind) == ("partner", "funder")
    with pytest.raises(CommandError, match="sorte de partenaire"):
        call_command("add_agent", "jo@test.example", "--space", "val", "--role", "partner")
    assert not User.objects.filter(email="jo@test.example").exists()


def test_the_host_entrusts_the_vocabulary(capsys):
    create(
        "premier", "--territory", "93048", "--name", "Premier", "--authority", "V", capsys=capsys
    )
    create("second", "--territory", "93055", "--name", "Second", "--authority", "W", capsys=capsys)
    kept = dict(Space.objects.values_list("slug", "keeps_vocabulary"))
    assert kept == {"premier": True, "second": False}
    call_command("keep_vocabulary", "second")
    call_command("keep_vocabulary", "premier", "--stop")
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Le vocabulaire commun est tenu par les administrateurs de : Second."
    )
    with pytest.raises(CommandError, match="est le seul à tenir"):
        call_command("keep_vocabulary", "second", "--stop")
    with pytest.raises(CommandError, match=r"n'existe pas\. Espaces connus : "):
        call_command("keep_vocabulary", "ailleurs")
