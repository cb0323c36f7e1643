"""ProConnect, with a certified provider that runs here."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from tools import openid

from maillage.accounts.models import ProConnectAccount
from tests.accounts.doors import LOGIN, letter_to, totp
from tests.accounts.openid import go_through
from tests.factories import Cast, make_role

pytestmark = pytest.mark.django_db
SIRET = "20005787500017"
CHLOE = {
    "sub": "f6a1c7",
    "email": "Chloe@test.example",
    "given_name": "Chloé",
    "usual_name": "Martin",
    "siret": SIRET,
    "idp_id": "71144ab3-ee1a-4401-b7b3-79b44f7daeeb",
}


@pytest.fixture(scope="module")
def provider() -> Iterator[openid.Running]:
    base = django_settings.BASE_URL
    with openid.server(f"{base}/compte/proconnect/retour/", f"{base}/") as running:
        yield running


@pytest.fixture
def come_as(provider: openid.Running, settings, cast: Cast) -> Callable[..., None]:
    """Who the provider says comes; the space is the authority whose SIREN begins `SIRET`."""
    settings.PROCONNECT_ISSUER = provider.issuer
    settings.PROCONNECT_CLIENT_ID = provider.client_id
    settings.PROCONNECT_CLIENT_SECRET = provider.client_secret
    cast.space.siren = SIRET[:9]
    cast.space.save()
    cache.clear()

    def tell(**claims: object) -> None:
        httpx.post(f"{provider.issuer}/__person", json=CHLOE | claims).raise_for_status()

    tell()
    return tell


def test_an_agent_comes_in_and_their_own_second_factor_follows(cast: Cast, come_as):
    client = Client()
    answer = go_through(client, next="/val-de-bievre/gestion/")
    assert answer["Location"] == "/compte/connexion/second-facteur/"
    client.post(answer["Location"], {"code": totp()})
    assert client.get("/val-de-bievre/gestion/").status_code == 200
    account = ProConnectAccount.objects.get()
    assert (account.user, account.sub, account.siret) == (cast.chloe, "f6a1c7", SIRET)
    assert "relié à ProConnect" in letter_to("chloe@test.example").body
    assert go_through(Client()).status_code == 302
    assert ProConnectAccount.objects.count() == 1


def test_what_is_asked_of_the_provider(come_as, provider):
    client = Client()
    asked = parse_qs(urlsplit(client.post("/compte/proconnect/")["Location"]).query)
    again = parse_qs(urlsplit(client.post("/compte/proconnect/")["Location"]).query)
    assert asked["scope"] == ["openid email given_name usual_name siret idp_id"]
    assert asked["acr_values"] == ["eidas1"]
    assert asked["claims"] == ['{"id_token": {"amr": {"essential": true}}}']
    assert asked["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 43
        assert asked[name] != again[name]


@pytest.mark.parametrize("strong", [{"acr": "eidas2"}, {"amr": ["pwd", "mfa"]}])
def test_a_second_factor_used_there_counts_here(cast: Cast, come_as, strong):
    come_as(**strong)
    client = Client()
    assert go_through(client)["Location"] == "/compte/espaces/"
    assert client.get("/val-de-bievre/gestion/").status_code == 200


def test_the_wrong_employer_is_refused_politely(cast: Cast, come_as):
    come_as(siret="21930055900014")
    client = Client()
    answer = go_through(client)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "rattaché à l&#x27;établissement 21930055900014" in page
    assert "« Val de Bièvre »" in page
    assert not ProConnectAccount.objects.exists()
    assert client.get("/compte/")["Location"].startswith(LOGIN)


def test_an_agent_who_changed_employer_comes_in_no_more(cast: Cast, come_as):
    assert go_through(Client()).status_code == 302
    come_as(siret="21930055900014")
    assert go_through(Client()).status_code == 403


@pytest.mark.parametrize("siret", ["", "20005787", "abcdefghijklmn", None])
def test_without_an_employer_nobody_comes_in(come_as, siret):
    come_as(siret=siret)
    assert go_through(Client()).status_code == 403


def test_a_space_without_siren_says_so(cast: Cast, come_as):
    cast.space.siren = ""
    cast.space.save()
    page = go_through(Client()).content.decode()
    assert "pas encore de SIREN" in page


@pytest.mark.parametrize(
    "email", ["inconnu@test.example", "denis@test.example", "chloe@test.example.org", None]
)
def test_only_people_with_a_role_and_the_same_address_are_linked(cast: Cast, come_as, email):
    come_as(email=email)
    answer = go_through(Client())
    assert answer.status_code == 403
    assert "Demandez à l&#x27;administrateur de votre espace" in answer.content.decode()
    assert not ProConnectAccount.objects.exists()


def test_an_address_that_is_not_proved_is_not_linked(cast: Cast, come_as):
    cast.chloe.emailaddress_set.update(verified=False)
    assert go_through(Client()).status_code == 403


def test_an_identity_does_not_take_another_s_account_over_by_its_address(cast: Cast, come_as):
    assert go_through(Client()).status_code == 302
    come_as(sub="somebody-else")
    answer = go_through(Client())
    assert answer.status_code == 403
    assert "déjà relié à une autre identité" in answer.content.decode()
    # Known by who they are: another address there does not lead to another account here.
    come_as(email="aicha@test.example")
    client = Client()
    go_through(client)
    client.post("/compte/connexion/second-facteur/", {"code": totp()})
    assert "chloe@test.example" in client.get("/compte/").content.decode()


def test_whoever_lost_their_role_or_account_is_refused(cast: Cast, come_as):
    assert go_through(Client()).status_code == 302
    cast.chloe.space_roles.all().delete()
    assert "plus de rôle" in go_through(Client()).content.decode()
    make_role(cast.space, cast.chloe)
    cast.chloe.is_active = False
    cast.chloe.save()
    assert "Ce compte est fermé" in go_through(Client()).content.decode()


def test_giving_up_at_the_provider_comes_back_gently(come_as):
    come_as(refused=True)
    answer = go_through(Client())
    assert answer.status_code == 403
    assert "renoncé à ProConnect" in answer.content.decode()


def test_leaving_here_leaves_there(cast: Cast, come_as, provider):
    come_as(acr="eidas2")
    client = Client()
    go_through(client)
    out = client.post("/compte/deconnexion/")["Location"]
    assert out.startswith(f"{provider.issuer}/session/end?id_token_hint=")
    assert client.get("/compte/").status_code == 302
    page = httpx.get(out)
    assert page.status_code == 200
    assert "logout" in page.text


def test_whoever_was_signed_in_gives_way(cast: Cast, come_as):
    come_as(acr="eidas2")
    client = cast.client("denis")
    go_through(client)
    assert "chloe@test.example" in client.get("/compte/").content.decode()


def test_the_button_is_there_when_it_leads_somewhere(come_as, settings):
    assert "ProConnect" in Client().get(LOGIN).content.decode()
    settings.PROCONNECT_ISSUER = ""
    assert "ProConnect" not in Client().get(LOGIN).content.decode()
    assert Client().post("/compte/proconnect/").status_code == 404
    assert Client().get("/compte/proconnect/retour/").status_code == 404


def test_a_provider_that_is_away_is_said(settings):
    settings.PROCONNECT_ISSUER = "http://127.0.0.1:9"
    cache.clear()
    answer = Client().post("/compte/proconnect/")
    assert answer.status_code == 502
    assert "entrez autrement" in answer.content.decode()
