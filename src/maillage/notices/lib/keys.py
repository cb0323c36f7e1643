"""Signed keys of the links that stop letters: no sign-in, no expiry, nothing to store."""

from django.core.signing import BadSignature, Signer

ALL = "all"
_CATEGORIES = Signer(salt="maillage.notices.stop")
_NEWSLETTER = Signer(salt="maillage.notices.newsletter")


def category_key(user_id: int, category: str) -> str:
    return _CATEGORIES.sign(f"{user_id}.{category}")


def read_category_key(key: str) -> tuple[int, str] | None:
    """The person and the category (`ALL` for every one); None for a key that is not ours."""
    try:
        number, _, category = _CATEGORIES.unsign(key).partition(".")
    except BadSignature:
        return None
    return int(number), category


def newsletter_key(subscription_id: int) -> str:
    return _NEWSLETTER.sign(str(subscription_id))


def read_newsletter_key(key: str) -> int | None:
    try:
        return int(_NEWSLETTER.unsign(key))
    except BadSignature:
        return None
