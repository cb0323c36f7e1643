"""Where a person is led after sign-in."""

import pytest

from maillage.spaces.models import Role
from tests.factories import Crowd, make_membership, make_role
from tests.portal.pages import text

pytestmark = pytest.mark.django_db
PLACES = "/compte/espaces/"


@pytest.mark.parametrize(
    ("person", "then"),
    [
        ("chloe", "/val-de-bievre/gestion/"),
        ("ines", "/val-de-bievre/"),
        ("jules", "/val-de-bievre/"),
    ],
)
def test_straight_to_the_only_place(person, then, crowd: Crowd):
    answer = crowd.client(person).get(PLACES)
    assert (answer.status_code, answer["Location"]) == (302, then)


def test_straight_to_the_only_structure(crowd: Crowd):
    answer = crowd.client("nadia").get(PLACES)
    assert answer["Location"] == f"/compte/structures/{crowd.structure.pk}/"


def test_several_places_by_role(crowd: Crowd, django_assert_max_num_queries):
    make_membership(crowd.structure, crowd.chloe)
    make_role(crowd.other_space, crowd.chloe, Role.Kind.PARTNER, partner_kind="buyer")
    client = crowd.client("chloe")
    page = text(client.get(PLACES))
    assert "Espaces que je gère Val de Bièvre Agent, Collectivité de test" in page
    assert "Structures dont je tiens la fiche La Ressourcerie Administre la fiche" in page
    assert "Espaces qui m'invitent Plaine Sud Partenaire (acheteur public ou privé)" in page
    with django_assert_max_num_queries(10):
        client.get(PLACES)


def test_partners_and_jurors_see_nothing_of_the_management(crowd: Crowd):
    for person in ("ines", "jules"):
        client = crowd.client(person)
        assert "/gestion/" not in client.get("/val-de-bievre/").content.decode()
        assert client.get("/val-de-bievre/gestion/").status_code == 403


def test_an_administrator_invites_a_partner(crowd: Crowd, mailoutbox):
    client = crowd.client("aicha")
    url = "/val-de-bievre/gestion/parametres/personnes/inviter/"
    typed = {"email": "banque@test.example", "name": "Zoé", "kind": "partner", "partner_kind": ""}
    refused = client.post(url, typed)
    assert "Dites de quelle sorte de partenaire il s'agit." in text(refused)
    assert "banque@test.example" in refused.content.decode()
    client.post(url, typed | {"partner_kind": "funder"})
    role = Role.objects.get(user__email="banque@test.example")
    assert (role.kind, role.partner_kind) == ("partner", "funder")
    page = text(client.get("/val-de-bievre/gestion/parametres/personnes/"))
    assert "partenaire (financeur)" in page


def test_an_administrator_changes_the_role_of_a_partner(crowd: Crowd):
    role = Role.objects.get(user=crowd.ines)
    url = f"/val-de-bievre/gestion/parametres/personnes/{role.pk}/"
    crowd.client("aicha").post(url, {"kind": "juror", "partner_kind": "funder"})
    role.refresh_from_db()
    assert (role.kind, role.partner_kind) == ("juror", "")
