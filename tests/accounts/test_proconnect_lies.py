"""A provider, or somebody in its place, that lies: everything is refused and nothing is written."""

import json
import time
from collections.abc import Iterator

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from maillage.accounts.models import ProConnectAccount
from tests.accounts.openid import CLIENT_ID, Liar, go_through, returned
from tests.factories import Cast

pytestmark = pytest.mark.django_db
BACK = "/compte/proconnect/retour/"
_OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def liar(settings, cast: Cast) -> Iterator[Liar]:
    cast.space.siren = "219300485"
    cast.space.save()
    cache.clear()
    with Liar() as running:
        settings.PROCONNECT_ISSUER = running.issuer
        settings.PROCONNECT_CLIENT_ID = CLIENT_ID
        settings.PROCONNECT_CLIENT_SECRET = "secret"
        yield running


def refused(client: Client, answer) -> bool:
    return (
        answer.status_code in {400, 403}
        and not ProConnectAccount.objects.exists()
        and client.get("/compte/").status_code == 302
    )


def test_when_it_tells_the_truth_it_is_believed(liar: Liar):
    assert go_through(Client()).status_code == 302
    assert ProConnectAccount.objects.count() == 1


def without(name: str):
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def said(**claims: object):
    return lambda known: known | claims


TWISTS = {
    "another nonce": {"id": said(nonce="x" * 43)},
    "no nonce": {"id": without("nonce")},
    "another audience": {"id": said(aud="autre")},
    "several audiences": {"id": said(aud=[CLIENT_ID, "autre"])},
    "several audiences, asked by another": {"id": said(aud=[CLIENT_ID, "autre"], azp="autre")},
    "no audience": {"id": without("aud")},
    "another issuer": {"id": said(iss="https://mechant.example")},
    "no issuer": {"id": without("iss")},
    "expired": {"id": said(exp=int(time.time()) - 120)},
    "no end": {"id": without("exp")},
    "from the future": {"id": said(iat=int(time.time()) + 600)},
    "no subject": {"id": without("sub")},
    "another subject in the userinfo": {"userinfo": said(sub="agent-2")},
    "no subject in the userinfo": {"userinfo": without("sub")},
    "userinfo for another": {"userinfo": said(aud="autre")},
    "userinfo of another issuer": {"userinfo": said(iss="https://mechant.example")},
    "userinfo expired": {"userinfo": said(exp=int(time.time()) - 120)},
    "not signed": {"id_alg": lambda _: "none"},
    "signed with a shared secret": {"id_alg": lambda _: "HS256"},
    "userinfo not signed": {"userinfo_alg": lambda _: "none"},
    "userinfo in plain JSON": {"userinfo_type": lambda _: "application/json"},
    "another key": {"id_key": lambda _: _OTHER},
    "another key for the userinfo": {"userinfo_key": lambda _: _OTHER},
    "a key nobody publishes": {"kid": lambda _: "two"},
    "a weaker algorithm": {"id_alg": lambda _: "RS512"},
    "no identity token": {"tokens": without("id_token")},
    "no access token": {"tokens": without("access_token")},
    "a token that is no token": {"tokens": said(id_token="a.b.c")},
    "a token that is a number": {"tokens": said(id_token=12)},
    "another state": {"state": lambda _: "x" * 43},
    "a state that is empty": {"state": lambda _: ""},
    "a configuration of another issuer": {"configuration": said(issuer="https://mechant.example")},
}
AT_DEPARTURE = {"a configuration of another issuer"}


@pytest.mark.parametrize("name", sorted(TWISTS.keys() - AT_DEPARTURE))
def test_a_lie_is_refused(liar: Liar, name):
    liar.twists = TWISTS[name]
    client = Client()
    assert refused(client, go_through(client))


@pytest.mark.parametrize(
    "twist",
    [
        said(issuer="https://mechant.example"),
        said(token_endpoint="ftp://x/"),
        without("jwks_uri"),
        lambda _: ["liste"],
    ],
)
def test_a_wrong_configuration_leads_nowhere(liar: Liar, twist):
    liar.twists = {"configuration": twist}
    assert Client().post("/compte/proconnect/").status_code == 502


def test_a_return_serves_once(liar: Liar):
    client = Client()
    path = returned(client.post("/compte/proconnect/")["Location"])
    assert client.get(path).status_code == 302
    client.post("/compte/deconnexion/")
    assert client.get(path).status_code == 400
    # The same code, under a new departure, is the provider's to refuse: so it does.
    state = client.post("/compte/proconnect/")["Location"].split("state=")[1].split("&")[0]
    assert client.get(f"{BACK}?code=c1&state={state}").status_code == 403


def test_the_return_of_another_browser_is_refused(liar: Liar):
    """Nobody is signed in, without knowing, to the account of whoever sent them a link."""
    path = returned(Client().post("/compte/proconnect/")["Location"])
    victim = Client()
    assert refused(victim, victim.get(path))
    victim.post("/compte/proconnect/")
    assert refused(victim, victim.get(path))


@pytest.mark.parametrize(
    "query", ["", "?code=c1", "?state=x", "?code=&state=", "?error=server_error"]
)
def test_a_made_up_return_is_refused(liar: Liar, query):
    client = Client()
    assert client.get(BACK + query).status_code == 400
    client.post("/compte/proconnect/")
    assert refused(client, client.get(BACK + query))


def test_a_key_that_was_just_changed_is_asked_for_again(liar: Liar):
    assert go_through(Client()).status_code == 302
    liar.kid, liar.key, liar.codes_used = "two", _OTHER, []
    assert go_through(Client()).status_code == 302


def test_the_lies_are_well_made(liar: Liar):
    """A twist that changes nothing would try nothing."""
    token = liar.signed("id", liar.claims())
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "kid": "one", "typ": "JWT"}
    for name, twists in TWISTS.items():
        for part, twist in twists.items():
            sample = (
                "RS256"
                if part.endswith(("_alg", "_type"))
                else liar.claims() | {"nonce": "n", "sub": "s", "id_token": "", "access_token": ""}
            )
            assert json.dumps(twist(sample), default=str) != json.dumps(sample, default=str), name
