"""Change the address of an account: both mailboxes agree, or nothing changes."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from maillage.accounts import notices
from maillage.accounts.models import EmailChange, User
from maillage.core import journal

LASTS = timedelta(days=3)


class ChangeRefused(Exception):  # noqa: N818
    """The message is one French sentence for the person."""


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def ask_email_change(user: User, new_email: str, *, by: User, now: datetime) -> EmailChange:
    """Write to both mailboxes. An earlier demand is dropped, and its links with it.

    Raises ChangeRefused when it is the present address; that someone else has it is not told.
    """
    new_email = new_email.strip().lower()
    if new_email == user.email:
        raise ChangeRefused("C'est déjà l'adresse de votre compte.")
    EmailChange.objects.filter(user=user).delete()
    old_key, new_key = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    change = EmailChange.objects.create(
        user=user,
        old_email=user.email,
        new_email=new_email,
        old_key=hashed(old_key),
        new_key=hashed(new_key),
        asked_at=now,
        expires_at=now + LASTS,
    )
    notices.ask_both(change, old_key, new_key, taken=_is_taken(new_email, user), now=now)
    journal.record("email_change_asked", user, by=by, at=now)
    return change


@transaction.atomic
def agree(change: EmailChange, key: str, *, by: User | None, now: datetime) -> bool:
    """The mailbox that received `key` agrees; True when both have, and the address is changed.

    Raises ChangeRefused when the demand is over or the new address was taken meanwhile.
    """
    held = EmailChange.objects.select_for_update().filter(pk=change.pk).first()
    if held is None or held.expires_at <= now:
        raise ChangeRefused("Cette demande n'est plus en cours.")
    change = held
    if hashed(key) == change.old_key:
        change.old_agreed_at = change.old_agreed_at or now
    else:
        change.new_agreed_at = change.new_agreed_at or now
    change.save(update_fields=["old_agreed_at", "new_agreed_at"])
    if not (change.old_agreed_at and change.new_agreed_at):
        return False
    _apply(change, by=by, now=now)
    return True


def _apply(change: EmailChange, *, by: User | None, now: datetime) -> None:
    user = change.user
    if user.email != change.old_email or _is_taken(change.new_email, user):
        raise ChangeRefused("Cette adresse ne peut pas être utilisée pour votre compte.")
    user.email = change.new_email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError as error:
        raise ChangeRefused("Cette adresse ne peut pas être utilisée pour votre compte.") from error
    change.delete()
    journal.record("email_changed", user, by=by, at=now)
    for address in (change.old_email, change.new_email):
        notices.warn(user, "email_changed", network="", now=now, to=address)


@transaction.atomic
def cancel_email_change(change: EmailChange, *, by: User | None, now: datetime) -> None:
    """Refused from the old mailbox, or given up by the person."""
    EmailChange.objects.filter(pk=change.pk).delete()
    journal.record("email_change_cancelled", change.user, by=by, at=now)


def _is_taken(email: str, user: User) -> bool:
    others = User.objects.filter(email=email).exclude(pk=user.pk)
    return others.exists() or EmailAddress.objects.filter(email=email).exclude(user=user).exists()
