"""Where the act at hand comes from: the network it was asked from, and the structure it is done for.

The journal notes both. Outside a request (a job, the shell) they are empty.
"""

import ipaddress
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """`network` is truncated (/24, /48): it tells an office from another, not a person from their neighbour."""

    network: str = ""
    acting_for: int | None = None


_NOWHERE = Origin()
_current: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)


def current() -> Origin:
    return _current.get()


def enter(origin: Origin) -> None:
    """Hold for the rest of this request; the middleware empties it afterwards."""
    _current.set(origin)


def network_of(address: str) -> str:
    """The network of an IP address as text; empty when it is no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((mapped, 24 if mapped.version == 4 else 48), strict=False))
