"""OpenID Connect with ProConnect: nothing that arrives is believed before it is verified.

Code flow with PKCE (S256), state, nonce; the identity token and the userinfo are signed JWTs, checked with
the provider's published keys, among a short list of algorithms. https://partenaires.proconnect.gouv.fr
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
from django.conf import settings
from django.core.cache import cache

SCOPES = "openid email given_name usual_name siret idp_id"
ALGORITHMS = ("RS256", "ES256")
_LEEWAY = 30  # seconds between two clocks
_TIMEOUT = httpx.Timeout(10)
_MAX_BYTES = 200_000
_KEPT = 3600  # seconds during which what the provider publishes is believed again
# What ProConnect answers when a second factor was used at the agent's own administration.
_STRONG = ("eidas2", "eidas3", "https://proconnect.gouv.fr/assurance/consistency-checked-2fa")


class ProConnectError(Exception):
    """The exchange cannot be believed, or failed. The message is for the log, not for the person."""


@dataclass(frozen=True)
class Endpoints:
    authorization: str
    token: str
    userinfo: str
    keys: str
    end_session: str


@dataclass(frozen=True)
class Pending:
    """What the session keeps between the departure and the return. Serves once."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who comes back. `siret` has fourteen digits or is empty; `strong`: a second factor was used there."""

    sub: str
    email: str
    name: str
    siret: str
    idp: str
    strong: bool
    id_token: str


def leave(redirect_uri: str) -> tuple[str, Pending]:
    """Address to send the browser to, and what to keep until it comes back."""
    pending = Pending(*(secrets.token_urlsafe(32) for _ in range(3)))
    digest = hashlib.sha256(pending.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": settings.PROCONNECT_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "state": pending.state,
        "nonce": pending.nonce,
        "acr_values": "eidas1",
        # How the agent was recognised there is told to those who ask.
        "claims": json.dumps({"id_token": {"amr": {"essential": True}}}),
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{endpoints().authorization}?{urlencode(query)}", pending


def come_back(code: str, state: str, pending: Pending, redirect_uri: str) -> Identity:
    """Exchange the code and check everything. Raises ProConnectError."""
    if not hmac.compare_digest(state.encode(), pending.state.encode()):
        raise ProConnectError("state")
    where = endpoints()
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": settings.PROCONNECT_CLIENT_ID,
        "client_secret": settings.PROCONNECT_CLIENT_SECRET,
        "code_verifier": pending.verifier,
    }
    tokens = _json(_ask("POST", where.token, data=given))
    id_token, access = tokens.get("id_token"), tokens.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access, str):
        raise ProConnectError("token answer without tokens")
    claims = _verified(id_token, where, ("exp", "iat", "iss", "aud", "sub", "nonce"))
    if not hmac.compare_digest(str(claims["nonce"]).encode(), pending.nonce.encode()):
        raise ProConnectError("nonce")
    answer = _ask("GET", where.userinfo, headers={"Authorization": f"Bearer {access}"})
    if answer.headers.get("Content-Type", "").split(";")[0].strip() != "application/jwt":
        raise ProConnectError("userinfo is not signed")
    person = _verified(answer.text.strip(), where, ("iss", "aud", "sub"))
    if person["sub"] != claims["sub"]:
        raise ProConnectError("userinfo is of somebody else")
    return _identity(claims, person, id_token)


def way_out(id_token: str, back: str) -> str:
    """Address that ends the session at ProConnect too, then comes back to `back`."""
    query = {
        "id_token_hint": id_token,
        "post_logout_redirect_uri": back,
        "state": secrets.token_urlsafe(16),
    }
    return f"{endpoints().end_session}?{urlencode(query)}"


def endpoints() -> Endpoints:
    """What the issuer publishes, for an hour. Raises ProConnectError when it is not itself."""
    issuer = settings.PROCONNECT_ISSUER
    key = f"proconnect:{hashlib.sha256(issuer.encode()).hexdigest()}"
    if known := cache.get(key):
        return Endpoints(**known)
    config = _json(_ask("GET", f"{issuer}/.well-known/openid-configuration"))
    if config.get("issuer") != issuer:
        raise ProConnectError("the configuration is of another issuer")
    try:
        found = Endpoints(
            authorization=config["authorization_endpoint"],
            token=config["token_endpoint"],
            userinfo=config["userinfo_endpoint"],
            keys=config["jwks_uri"],
            end_session=config["end_session_endpoint"],
        )
    except KeyError as error:
        raise ProConnectError(f"the configuration has no {error}") from error
    scheme = urlsplit(issuer).scheme
    if any(urlsplit(str(address)).scheme != scheme for address in asdict(found).values()):
        raise ProConnectError("an endpoint leaves https")
    cache.set(key, asdict(found), _KEPT)
    return found


def _verified(token: str, where: Endpoints, required: tuple[str, ...]) -> dict[str, Any]:
    """Claims of a JWT signed by the issuer, for us, of now."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise ProConnectError(f"algorithm {header.get('alg')}")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(str(header.get("kid", "")), where),
            algorithms=list(ALGORITHMS),
            audience=settings.PROCONNECT_CLIENT_ID,
            issuer=settings.PROCONNECT_ISSUER,
            leeway=_LEEWAY,
            options={"require": list(required), "strict_aud": False},
        )
    except jwt.PyJWTError as error:
        raise ProConnectError(f"{type(error).__name__}: {error}") from error
    audience = claims["aud"]
    if (
        isinstance(audience, list)
        and len(audience) > 1
        and claims.get("azp") != settings.PROCONNECT_CLIENT_ID
    ):
        raise ProConnectError("a token for several, and not asked by us")
    return claims


def _key(kid: str, where: Endpoints) -> Any:
    """The provider's key of that name; asked for again once when it is a new one."""
    name = f"proconnect-keys:{hashlib.sha256(where.keys.encode()).hexdigest()}"
    for known in (cache.get(name), None):
        found = known
        if found is None:
            found = _json(_ask("GET", where.keys))
            cache.set(name, found, _KEPT)
        keys = [one for one in found.get("keys", []) if one.get("kid", "") == kid]
        if len(keys) == 1:
            return jwt.PyJWK(keys[0]).key
    raise ProConnectError("signed with a key the provider does not publish")


def _ask(verb: str, address: str, **given: Any) -> httpx.Response:
    """One answer, whole, without following anything. Raises ProConnectError for any other than 200."""
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
            answer = client.request(verb, address, **given)
    except httpx.HTTPError as error:
        raise ProConnectError(f"{type(error).__name__} at {urlsplit(address).path}") from error
    if answer.status_code != httpx.codes.OK or len(answer.content) > _MAX_BYTES:
        raise ProConnectError(f"answer {answer.status_code} at {urlsplit(address).path}")
    return answer


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise ProConnectError("an answer is not JSON") from error
    if not isinstance(found, dict):
        raise ProConnectError("an answer is not an object")
    return found


def _identity(claims: dict[str, Any], person: dict[str, Any], id_token: str) -> Identity:
    def text(name: str, longest: int) -> str:
        value = person.get(name)
        return " ".join(value.split())[:longest] if isinstance(value, str) else ""

    siret = text("siret", 20).replace(" ", "")
    methods = claims.get("amr")
    return Identity(
        sub=str(claims["sub"])[:255],
        email=text("email", 254).lower(),
        name=f"{text('given_name', 60)} {text('usual_name', 59)}".strip(),
        siret=siret if siret.isdecimal() and len(siret) == 14 else "",
        idp=text("idp_id", 100),
        strong=claims.get("acr") in _STRONG or (isinstance(methods, list) and "mfa" in methods),
        id_token=id_token,
    )
