"""Fingerprints of people: they tell that it is the same person, not who it is."""

import hashlib
from datetime import UTC, datetime

from django.utils.crypto import salted_hmac


def email_hash(address: str) -> str:
    """Keyed with the installation's secret: without it, an address cannot be tried against the hash."""
    text = address.strip().lower()
    return salted_hmac("maillage.accounts.email", text, algorithm="sha256").hexdigest()


def account_hash(pk: int, joined: datetime) -> str:
    """Holds no secret, so that it means the same after a restore under another key.

    The date tells the account from another one that got the same number in another database.
    """
    text = f"maillage account {pk} {joined.astimezone(UTC).isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()
