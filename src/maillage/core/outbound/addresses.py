"""Which addresses somebody's URL may lead to.

Refused: this machine, private and shared networks (RFC 1918, 4193, 6598), link-local and so the metadata
of clouds, multicast, reserved blocks, and IPv6 forms that carry an IPv4 address (mapped, 6to4, Teredo,
NAT64): what they would reach depends on the network. `settings.OUTBOUND_NETWORKS` are exceptions that
the host made: plain http and any port are then allowed there.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from queue import Empty, Queue
from threading import Thread

import httpx
from django.conf import settings

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = {"https": frozenset({443, 8443}), "http": frozenset({80, 8080})}
LONGEST = 500
# IANA special-purpose registries (RFC 6890 and later), beyond what `is_global` knows on every version.
_REFUSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/9", "ff00::/8",
    )
)  # fmt: skip
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_NUMBER = re.compile(r"^(\d+|0[xX][0-9a-fA-F]*)$")
# Names that never leave a network, whatever a resolver says (RFC 6761, 6762, 8375).
_LOCAL = (
    ".localhost",
    ".local",
    ".internal",
    ".home.arpa",
    ".lan",
    ".intranet",
    ".invalid",
    ".test",
)


class AddressRefusedError(ValueError):
    """This address may not be called. The message is one French sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be tried; `host` is in ASCII, without final dot. What it resolves to is not known yet."""

    url: str
    scheme: str
    host: str
    port: int


@lru_cache(maxsize=8)
def _networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in written)


def trusted() -> tuple[Network, ...]:
    """Networks of the host's own that may be called."""
    return _networks(tuple(settings.OUTBOUND_NETWORKS))


def is_trusted(ip: IP) -> bool:
    return any(ip in network for network in trusted() if network.version == ip.version)


def is_public(ip: IP) -> bool:
    """Whether this is an address of the public Internet, and of nothing else."""
    if ip.version == 6 and (ip not in _GLOBAL_V6 or ip.ipv4_mapped is not None or ip.scope_id):
        return False
    if any(ip in block for block in _REFUSED if block.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def check(url: str) -> Target:
    """Read `url`, without asking any resolver. Raises AddressRefusedError."""
    if len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url:
        raise AddressRefusedError("Cette adresse n'est pas lisible.")
    try:
        parsed = httpx.URL(url)
        # What is written with capitals, accents or full-width dots is compared once it is plain.
        host = parsed.raw_host.decode("ascii").lower().removesuffix(".")
        port = parsed.port or {"https": 443, "http": 80}.get(parsed.scheme, 0)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise AddressRefusedError("Cette adresse n'est pas lisible.") from error
    if parsed.userinfo:
        raise AddressRefusedError("Une adresse ne porte ni nom d'utilisateur ni mot de passe.")
    if parsed.fragment:
        raise AddressRefusedError(
            "La partie de l'adresse après « # » n'est jamais envoyée : retirez-la."
        )
    if parsed.scheme != "https" and not (
        parsed.scheme == "http" and (settings.OUTBOUND_PLAIN or trusted())
    ):
        raise AddressRefusedError("L'adresse doit commencer par https://.")
    _check_host(host)
    if port not in PORTS[parsed.scheme] and not (trusted() and 0 < port < 65536):
        allowed = " ou ".join(str(one) for one in sorted(PORTS["https"]))
        raise AddressRefusedError(f"Le port doit être {allowed}.")
    target = parsed.copy_with(host=host)
    return Target(str(target), parsed.scheme, host, port)


def _check_host(host: str) -> None:
    if not host or len(host) > 253:
        raise AddressRefusedError("Cette adresse n'a pas de nom de site.")
    literal = _literal(host)
    if literal is not None:
        if not (is_public(literal) or is_trusted(literal)):
            raise AddressRefusedError("Cette adresse mène à un réseau privé ou réservé.")
        return
    last = host.rpartition(".")[2]
    if _NUMBER.match(last):
        # « 2130706433 », « 0x7f.1 », « 0177.0.0.1 »: what resolvers make of them varies.
        raise AddressRefusedError("Écrivez le nom du site, pas un nombre.")
    if trusted():
        return
    if "." not in host or host.endswith(_LOCAL):
        raise AddressRefusedError("Ce nom n'existe que sur un réseau privé.")


def _literal(host: str) -> IP | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def resolve(host: str, port: int, *, within: float) -> list[str]:
    """Every address of `host`, asked once. Raises OSError: unknown, or not answered in `within` seconds.

    The system's resolver cannot be given a delay: it is asked from a thread that may be left behind.
    """
    answers: Queue[list[str] | OSError] = Queue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    Thread(target=ask, daemon=True, name="outbound-resolver").start()
    try:
        answer = answers.get(timeout=max(0.01, within))
    except Empty:
        raise TimeoutError("resolver") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def allowed_among(addresses: list[str], *, scheme_port: int, plain: bool) -> list[str]:
    """`addresses` when each of them may be called: one that may not condemns the name.

    Raises AddressRefusedError. Outside the host's own networks, plain http and odd ports stay refused.
    """
    for one in addresses:
        ip = ipaddress.ip_address(one)
        if is_trusted(ip):
            continue
        if not is_public(ip):
            raise AddressRefusedError("Cette adresse mène à un réseau privé ou réservé.")
        if scheme_port not in PORTS["http" if plain else "https"]:
            raise AddressRefusedError("Ce port n'est pas permis.")
        if plain and not settings.OUTBOUND_PLAIN:
            raise AddressRefusedError("L'adresse doit commencer par https://.")
    return addresses
