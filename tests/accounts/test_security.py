"""« Sécurité »: factors, recovery codes, devices; and the guard of whoever manages."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client, TestCase

from maillage.accounts.actions.sweep import forget_ended_sessions
from maillage.accounts.models import User
from maillage.spaces.models import Role
from tests.accounts.doors import LOGIN, letter_to, sign_in, totp
from tests.factories import NOW, PASSWORD, Cast, make_user

pytestmark = pytest.mark.django_db
MANAGE = "/val-de-bievre/gestion/"
PROTECT = "/compte/proteger/"
APPLICATION = "/compte/securite/application/"


def confirmed(user: User) -> Client:
    """Signed in, with the password given again a moment ago."""
    client = Client()
    client.force_login(user)
    client.post("/compte/confirmer/mot-de-passe/", {"password": PASSWORD})
    return client


def add_application(client: Client) -> str:
    """Through the pages, as a person does; the secret."""
    page = client.get(APPLICATION)
    secret = page.context["form"].secret
    # What follows the commit (letter, other browsers signed out) happens here too.
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(APPLICATION, {"code": totp(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


@pytest.mark.parametrize("kind", [Role.Kind.AGENT, Role.Kind.ADMINISTRATOR])
def test_whoever_manages_protects_their_access_first(cast: Cast, kind):
    lea = make_user("lea@test.example", name="Léa")
    Role.objects.create(space=cast.space, user=lea, kind=kind)
    client = confirmed(lea)
    answer = client.get(f"{MANAGE}structures/?q=x")
    assert answer["Location"].startswith(PROTECT)
    assert client.post(f"{MANAGE}structures/lot/")["Location"].startswith(PROTECT)
    page = client.get(answer["Location"]).content.decode()
    assert "Protégez votre accès" in page
    assert APPLICATION in page
    assert client.get("/val-de-bievre/").status_code == 200
    assert client.get("/compte/").status_code == 200
    add_application(client)
    assert client.get(f"{MANAGE}structures/").status_code == 200
    Authenticator.objects.filter(user=lea, type="totp").delete()
    assert client.get(MANAGE)["Location"].startswith(PROTECT)


def test_a_stranger_is_refused_before_anything_is_asked(cast: Cast):
    assert cast.client("denis").get(MANAGE).status_code == 403


def test_the_host_protects_their_access_first(cast: Cast):
    host = User.objects.create_user("hote@test.example", PASSWORD, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(host)
    answer = client.get("/administration-technique/accounts/user/")
    assert answer["Location"].startswith(PROTECT)


def test_the_accounts_of_the_demonstration_are_spared(cast: Cast):
    user = make_user("agent@demo.example", is_demo=True)
    Role.objects.create(space=cast.space, user=user, kind=Role.Kind.AGENT)
    client = Client()
    assert sign_in(client, "agent@demo.example").status_code == 302
    assert client.get(MANAGE).status_code == 200


def test_adding_an_application_asks_the_password_and_gives_recovery_codes(cast: Cast):
    client = cast.client("denis")
    assert "/compte/confirmer/mot-de-passe/" in client.get(APPLICATION)["Location"]
    client = confirmed(cast.denis)
    add_application(client)
    page = client.get("/compte/securite/codes/")
    codes = page.context["codes"]
    assert len(set(codes)) == 10
    assert client.get("/compte/securite/codes/fichier/").content.decode().split() == codes
    cast.denis.refresh_from_db()
    assert cast.denis.is_protected
    letter = letter_to("denis@test.example")
    assert "Une application d'authentification protège maintenant votre compte." in letter.body
    # One of them opens the door, once.
    for expected in (200, 302):
        other = Client()
        sign_in(other, "denis@test.example")
        other.post("/compte/connexion/second-facteur/", {"code": codes[0]})
        assert other.get("/compte/").status_code == expected


def test_a_wrong_code_adds_nothing(cast: Cast):
    client = confirmed(cast.denis)
    client.get(APPLICATION)
    answer = client.post(APPLICATION, {"code": "000000"})
    assert answer.context["form"].errors["code"] == [
        "Ce code n'est pas le bon, ou il ne sert plus."
    ]
    assert not Authenticator.objects.filter(user=cast.denis).exists()


def test_a_second_factor_signs_the_other_browsers_out(cast: Cast):
    weaker = Client()
    sign_in(weaker, "denis@test.example")
    client = Client()
    sign_in(client, "denis@test.example")
    client.post("/compte/confirmer/mot-de-passe/", {"password": PASSWORD})
    add_application(client)
    assert weaker.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


def test_recovery_codes_are_shown_to_who_proves_it_again(cast: Cast):
    add_application(confirmed(cast.denis))
    later = Client()
    later.force_login(cast.denis)
    assert "/compte/confirmer/" in later.get("/compte/securite/codes/")["Location"]
    assert "/compte/confirmer/" in later.get("/compte/securite/codes/fichier/")["Location"]


def test_devices_are_listed_and_closed(cast: Cast):
    here = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    there = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU) Version/18.0 Safari/604.1")
    for client in (here, there):
        sign_in(client, "denis@test.example")
    page = here.get("/compte/appareils/").content.decode()
    assert "Firefox sur Linux" in page
    assert "Safari sur iPhone" in page
    other = UserSession.objects.get(user_agent__contains="iPhone")
    here.post("/compte/appareils/fermer/", {"device": other.pk})
    assert there.get("/compte/").status_code == 302
    assert here.get("/compte/").status_code == 200
    sign_in(there, "denis@test.example")
    here.post("/compte/appareils/fermer/")
    assert there.get("/compte/").status_code == 302


def test_nobody_closes_the_device_of_another(cast: Cast):
    client = Client()
    sign_in(client, "denis@test.example")
    session = UserSession.objects.get()
    answer = cast.client("bruno").post("/compte/appareils/fermer/", {"device": session.pk})
    assert answer.status_code == 404
    assert client.get("/compte/").status_code == 200


def test_devices_whose_session_is_over_are_forgotten(cast: Cast):
    client = Client()
    sign_in(client, "denis@test.example")
    client.session.flush()
    assert forget_ended_sessions(NOW) >= 1
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_active": False, "erased_at": NOW}])
def test_a_closed_account_is_signed_out_at_once(cast: Cast, change):
    client = Client()
    sign_in(client, "denis@test.example")
    assert client.get("/compte/").status_code == 200
    User.objects.filter(pk=cast.denis.pk).update(**change)
    assert client.get("/compte/")["Location"].startswith(LOGIN)


@pytest.mark.loose_pages
def test_an_account_opened_again_is_open_nowhere(cast: Cast):
    client = Client()
    sign_in(client, "denis@test.example")
    host = cast.client("host")
    address = f"/administration-technique/accounts/user/{cast.denis.pk}/change/"
    given = {"email": "denis@test.example", "name": "Denis"}
    assert host.post(address, given).status_code == 302
    assert host.post(address, given | {"is_active": "on"}).status_code == 302
    cast.denis.refresh_from_db()
    assert cast.denis.is_active
    assert client.get("/compte/").status_code == 302


def test_the_session_changes_its_name_when_somebody_comes_in(cast: Cast):
    client = Client()
    client.post("/compte/connexion/code/", {"email": "denis@test.example"})
    planted = client.cookies[settings.SESSION_COOKIE_NAME].value
    sign_in(client, "bruno@test.example")
    client.post("/compte/deconnexion/")
    sign_in(client, "denis@test.example")
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/compte/").status_code == 302


def test_a_new_password_signs_the_other_browsers_out(cast: Cast):
    client, other = Client(), Client()
    for one in (client, other):
        sign_in(one, "denis@test.example")
    good = "quatre mots bien choisis"
    client.post(
        "/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": good, "password2": good}
    )
    assert client.get("/compte/").status_code == 200
    assert other.get("/compte/").status_code == 302
