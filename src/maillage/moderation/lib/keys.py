"""Keys of follow-up pages: drawn at random, known here by their hash only."""

import secrets
from hashlib import sha256


def new_key() -> str:
    return secrets.token_urlsafe(24)


def hash_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()
