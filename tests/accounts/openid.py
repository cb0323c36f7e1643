"""Two providers for the tests of ProConnect: a certified one, and one that lies as it is told."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

CLIENT_ID = "maillage"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def go_through(client: Client, **posted: str) -> Any:
    """Leave by our button, let the provider do its part, and come back: our last answer."""
    leaving = client.post("/compte/proconnect/", posted)
    assert leaving.status_code == 302, leaving.content.decode()[:300]
    return client.get(returned(leaving["Location"]))


def returned(address: str) -> str:
    """Follow the provider's redirects, as a browser would, until it sends back to us: path and query."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    with httpx.Client() as browser:
        while address.startswith(origin):
            answer = browser.get(address)
            assert answer.is_redirect, answer.text[:500]
            address = str(answer.next_request.url)
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


class Liar:
    """A provider whose every answer may be twisted: `twist(name, value)` gives what is sent instead."""

    def __init__(self) -> None:
        self.key = _KEY
        self.kid, self.nonce = "one", ""
        self.twists: dict[str, Any] = {}  # name → function of what would have been sent
        self.codes_used: list[str] = []
        self.person = {
            "sub": "agent-1",
            "email": "chloe@test.example",
            "given_name": "Chloé",
            "usual_name": "Martin",
            "siret": "21930048500017",
            "idp_id": "idp",
        }
        handler = type("Handler", (_Handler,), {"liar": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)

    def twisted(self, name: str, value: Any) -> Any:
        return self.twists.get(name, lambda same: same)(value)

    def signed(self, name: str, claims: dict[str, Any]) -> str:
        claims = self.twisted(name, claims)
        algorithm = self.twisted(f"{name}_alg", "RS256")
        key = {"none": None, "HS256": "un secret partagé, assez long pour PyJWT"}.get(
            algorithm, self.twisted(f"{name}_key", self.key)
        )
        return jwt.encode(claims, key, algorithm, headers={"kid": self.twisted("kid", self.kid)})

    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60}


class _Handler(BaseHTTPRequestHandler):
    liar: Liar

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def answer(self, body: str, kind: str = "application/json", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self) -> None:
        liar, path = self.liar, urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            config = {
                "issuer": liar.issuer,
                "authorization_endpoint": f"{liar.issuer}/authorize",
                "token_endpoint": f"{liar.issuer}/token",
                "userinfo_endpoint": f"{liar.issuer}/userinfo",
                "jwks_uri": f"{liar.issuer}/jwks",
                "end_session_endpoint": f"{liar.issuer}/end",
            }
            self.answer(json.dumps(liar.twisted("configuration", config)))
        elif path == "/authorize":
            asked = parse_qs(urlsplit(self.path).query)
            liar.nonce = asked["nonce"][0]
            state = liar.twisted("state", asked["state"][0])
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri'][0]}?code=c1&state={state}")
            self.end_headers()
        elif path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(liar.key.public_key()))
            self.answer(json.dumps({"keys": [public | {"kid": liar.kid, "use": "sig"}]}))
        elif path == "/userinfo":
            kind = liar.twisted("userinfo_type", "application/jwt")
            signed = liar.signed("userinfo", liar.claims() | liar.person)
            plain = json.dumps(liar.person)
            self.answer(signed if kind == "application/jwt" else plain, kind)

    def do_POST(self) -> None:
        liar = self.liar
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        code = given["code"][0]
        if code in liar.codes_used:
            self.answer('{"error": "invalid_grant"}', status=400)
            return
        liar.codes_used.append(code)
        claims = liar.claims() | {"sub": liar.person["sub"], "nonce": liar.nonce}
        tokens = {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": liar.signed("id", claims),
        }
        self.answer(json.dumps(liar.twisted("tokens", tokens)))
