"""How often an address may ask the API.

A read must not cost a write. The first requests of a minute are counted in memory alone; then each process
draws leases of a twentieth of the limit from the shared counter (`core/throttle.py`, atomic): twenty writes a
minute at most for one address, however much it reads, none once the limit is reached. In a window, all processes
together let through at most the limit and `FREE` by process.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from maillage.core import throttle

WINDOW, FREE, LEASES = 60, 20, 20
_MOST_ADDRESSES = 20_000


@dataclass(slots=True)
class _Visitor:
    window: int
    used: int = 0  # let through by this process
    left: int = 0  # of the present lease
    shared: int = 0  # what all processes had drawn at the last lease
    over: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What the `RateLimit-*` headers say; `reset` in seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset: int

    def tell(self, response: HttpResponseBase) -> None:
        response.headers["RateLimit-Limit"] = str(self.limit)
        response.headers["RateLimit-Remaining"] = str(self.remaining)
        response.headers["RateLimit-Reset"] = str(self.reset)


_visitors: "OrderedDict[str, _Visitor]" = OrderedDict()
_addresses: dict[tuple[str, str, int], str] = {}
_lock = Lock()


def count(request: HttpRequest, moment: float | None = None) -> Standing | None:
    """Count one request of the visitor's address; None when the installation sets no limit."""
    limit: int = settings.API_RATE
    if not limit:
        return None
    seconds = int(time.time() if moment is None else moment)
    window, reset = seconds // WINDOW, WINDOW - seconds % WINDOW
    address = _address(request)
    with _lock:
        visitor = _visitor(address, window)
        allowed = _let_through(visitor, address, limit)
        visitor.used += allowed
        drawn = max(visitor.used, visitor.shared - visitor.left)
    return Standing(allowed, limit, max(0, limit - drawn) if allowed else 0, reset)


def forget() -> None:
    """Let go of what this process remembers."""
    with _lock:
        _visitors.clear()
        _addresses.clear()


def _address(request: HttpRequest) -> str:
    """The visitor's address, worked out once for all that says the same of it."""
    said = (
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        settings.TRUSTED_PROXIES,
    )
    address = _addresses.get(said)
    if address is None:
        address = throttle.address_of(request)
        if len(_addresses) > _MOST_ADDRESSES or len(said[1]) > 200:
            _addresses.clear()
        _addresses[said] = address
    return address


def _visitor(address: str, window: int) -> _Visitor:
    visitor = _visitors.get(address)
    if visitor is None or visitor.window != window:
        visitor = _visitors[address] = _Visitor(window)
        while len(_visitors) > _MOST_ADDRESSES:
            _visitors.popitem(last=False)
    _visitors.move_to_end(address)
    return visitor


def _let_through(visitor: _Visitor, address: str, limit: int) -> bool:
    if visitor.over:
        return False
    if visitor.used < min(FREE, limit):
        return True
    if not visitor.left:
        _lease(visitor, address, limit)
    if not visitor.left:
        visitor.over = True
        return False
    visitor.left -= 1
    return True


def _lease(visitor: _Visitor, address: str, limit: int) -> None:
    """A database that cannot write refuses nobody who reads."""
    owed = visitor.used if not visitor.shared else 0  # those of the memory alone are paid now
    lease = max(1, limit // LEASES)
    who = f"{address}|{visitor.window}"
    try:
        total = throttle.draw("api", who, units=lease + owed, seconds=2 * WINDOW)
    except DatabaseError:
        visitor.left = lease
        return
    visitor.shared = total
    visitor.left = max(0, lease - max(0, total - limit))
