"""Events told to other software: their names, the signature of a call, when a failed call is tried again.

The receiver computes HMAC-SHA256 of `<t>.<body>` with the secret, compares it with `v1` in constant time, and
refuses a `t` that is more than five minutes old.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings

HEADER = "Maillage-Signature"
# After the first attempt, the second waits a minute, the third five… and after the sixth it is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
ATTEMPTS = len(BACKOFF) + 1
# A webhook that failed so often in a row, and for so long, is paused until somebody looks.
MOST_FAILURES = 20
FAILING_FOR = timedelta(hours=12)
KEPT_DAYS = 90


class Event(StrEnum):
    CREATED = "structure.created"
    UPDATED = "structure.updated"
    ARCHIVED = "structure.archived"
    PING = "ping"


EVENT_LABELS = {
    Event.CREATED: "Une structure entre dans l'annuaire",
    Event.UPDATED: "Une fiche change",
    Event.ARCHIVED: "Une structure sort de l'annuaire",
}


def secret_of(salt: str) -> str:
    """What the receiver checks signatures with; another salt makes another secret."""
    key = f"webhook\0{settings.SECRET_KEY}".encode()
    made = hmac.new(key, salt.encode(), hashlib.sha256).digest()
    return "mwh_" + base64.urlsafe_b64encode(made).decode().rstrip("=")


def signature(secret: str, body: bytes, at: datetime) -> str:
    """`t=<epoch seconds>,v1=<hex>`."""
    moment = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={signed.hexdigest()}"


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None when that was the last."""
    return BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None
