"""The secret of a room's screen: only its print is kept, compared in constant time, and it ends."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

LASTS = timedelta(hours=14)


def new_key() -> str:
    return secrets.token_urlsafe(24)


def kept(key: str, now: datetime) -> dict[str, str]:
    """What `JurySession.live` holds."""
    return {"key": _print(key), "until": (now + LASTS).isoformat()}


def opens(live: dict[str, Any], key: str, now: datetime) -> bool:
    if not live.get("key") or not live.get("until"):
        return False
    fits = secrets.compare_digest(live["key"], _print(key[:200]))
    return fits and now < datetime.fromisoformat(live["until"])


def _print(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
