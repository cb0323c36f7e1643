"""How often something may be asked for: counted in one statement, so that no crowd of requests gets through.

A window opens with the first request and lasts its seconds, whatever follows. What is counted is not
kept in clear: the key is a hash. Call it outside a transaction that may be undone: the count would be too.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from maillage.core.models import Throttle

# The same words on both engines. The row's lock, or SQLite's single writer, puts askers in line.
_TAKE = """
INSERT INTO core_throttle (key, count, until) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN core_throttle.until <= %s THEN excluded.count ELSE core_throttle.count + excluded.count END,
    until = CASE WHEN core_throttle.until <= %s THEN excluded.until ELSE core_throttle.until END
RETURNING count
"""


def _key(name: str, who: str) -> str:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"{name}\0{who}".encode(), hashlib.sha256).hexdigest()


def take(name: str, who: str, *, times: int, seconds: int, now: datetime | None = None) -> bool:
    """Count one request of `who` for `name`; False once there were more than `times` in the window.

    At most `times` calls of a window answer True, however many come at once and from how many processes.
    """
    return draw(name, who, units=1, seconds=seconds, now=now) <= times


def draw(name: str, who: str, *, units: int, seconds: int, now: datetime | None = None) -> int:
    """Count `units` at once; what was counted in the window, those included."""
    moment = int((now or timezone.now()).timestamp())
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_key(name, who), units, moment + seconds, moment, moment])
        return int(cursor.fetchone()[0])


def give_back(name: str, who: str) -> None:
    """Forget one request: it turned out not to be one to count (the password was right)."""
    Throttle.objects.filter(key=_key(name, who), count__gt=0).update(count=F("count") - 1)


def forget(name: str, who: str) -> None:
    """Open a new window for `who`."""
    Throttle.objects.filter(key=_key(name, who)).delete()


def sweep(now: datetime) -> int:
    """Drop the windows that are over; the number of those dropped."""
    return Throttle.objects.filter(until__lte=int(now.timestamp())).delete()[0]


def allows(request: HttpRequest, name: str, *, times: int, seconds: int) -> bool:
    """Count this request; False once the visitor's address made more than `times` in `seconds`."""
    return take(name, address_of(request), times=times, seconds=seconds)


def address_of(request: HttpRequest) -> str:
    """Address of the visitor, proxies set aside as MAILLAGE_TRUSTED_PROXIES says; IPv6 by its /64."""
    found = get_adapter(request).get_client_ip(request)
    try:
        ip = ipaddress.ip_address(found)
    except ValueError:
        return str(found)
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
