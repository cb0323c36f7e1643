"""Keep the proof that somebody agreed, and that they changed their mind."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from maillage.accounts.lib import email_hash
from maillage.accounts.models.privacy import Consent


@transaction.atomic
def record_consent(
    purpose: str,
    wording: str,
    *,
    now: datetime,
    user_id: int | None = None,
    email: str = "",
    space_id: int | None = None,
) -> Consent:
    """Keep that this person agreed to `wording`. Agreed already on the same words: that proof is given.

    Name the person by `user_id`, or by `email` when they have no account. Other words end the
    former consent: the person agreed again.
    """
    open_ones = _in_force(purpose, user_id, email, space_id)
    known = open_ones.filter(wording=wording).first()
    if known:
        return known
    open_ones.update(withdrawn_at=now)
    return Consent.objects.create(
        user_id=user_id,
        email_hash="" if user_id else email_hash(email),
        space_id=space_id,
        purpose=purpose,
        wording=wording[:1000],
        given_at=now,
    )


def withdraw_consent(
    purpose: str,
    *,
    now: datetime,
    user_id: int | None = None,
    email: str = "",
    space_id: int | None = None,
) -> int:
    """Note that the person changed their mind; the number of consents that end (0: none was in force)."""
    return _in_force(purpose, user_id, email, space_id).update(withdrawn_at=now)


def _in_force(
    purpose: str, user_id: int | None, email: str, space_id: int | None
) -> QuerySet[Consent]:
    if not (user_id or email):
        raise ValueError("a consent is somebody's: user_id or email")
    whose = {"user_id": user_id} if user_id else {"user": None, "email_hash": email_hash(email)}
    return Consent.objects.filter(purpose=purpose, space_id=space_id, withdrawn_at=None, **whose)
