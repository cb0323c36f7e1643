"""Send a body to an address that somebody typed, and read the beginning of the answer.

No redirect is followed, no proxy of the environment is used, nothing received is decompressed, and no
cookie or connection is kept from one call to the next.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpcore
import httpx

from maillage.core.outbound.addresses import check
from maillage.core.outbound.pinned import Budget, CheckedBackend

SECONDS = 5.0
BODY_BYTES = 64_000
ANSWER_BYTES = 4_096
# The beginning of the answer, its headers and what TLS itself sends.
_READ_BYTES = 64_000


class UnreachableError(Exception):
    """The call failed on the way. The message is one French sentence, without anything the other end wrote."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is the beginning of the body: printable, `ANSWER_BYTES` bytes at most, as it was sent."""

    status: int
    text: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = SECONDS,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Send `body`; everything, name included, within `seconds`.

    Raises AddressRefusedError (nothing was sent), UnreachableError, and ValueError for a body that is too long.
    """
    if len(body) > BODY_BYTES:
        raise ValueError(f"{len(body)} bytes: {BODY_BYTES} at most")
    target = check(url)
    budget = Budget(seconds, _READ_BYTES)
    given = {"Accept-Encoding": "identity", "Connection": "close", **headers}
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=context or _verified(),
                proxy=None,
                http1=True,
                http2=False,
                retries=0,
                network_backend=CheckedBackend(budget, plain=target.scheme == "http"),
            ) as pool,
            pool.stream(
                "POST",
                target.url,
                headers=[*given.items(), ("Host", _host_header(target.url))],
                content=body,
                extensions={
                    "timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)
                },
            ) as answer,
        ):
            return Answer(answer.status, _beginning(answer))
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise UnreachableError(f"Pas de réponse en {seconds:.0f} secondes.") from error
    except httpcore.RemoteProtocolError as error:
        raise UnreachableError("La réponse n'est pas du HTTP lisible.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise UnreachableError(_why(error)) from error


def _verified() -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _host_header(url: str) -> str:
    return httpx.URL(url).netloc.decode("ascii")


def _beginning(answer: httpcore.Response) -> str:
    """Raw bytes, as they come: a body that claims to be compressed stays so."""
    read = b""
    try:
        for chunk in answer.iter_stream():
            read += chunk
            if len(read) >= ANSWER_BYTES:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        pass  # the status is known: that is what counts
    text = read[:ANSWER_BYTES].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text).strip()


def _why(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "Le certificat du site n'est pas valable pour cette adresse."
        if isinstance(cause, ssl.SSLError):
            return "La connexion chiffrée a échoué."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ReadError):
        return "La réponse est trop longue ou coupée."
    if isinstance(error, OSError):
        return "Le nom de ce site n'existe pas."
    return "Le site ne répond pas."
