"""What the doors leave behind, and a night forgets."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError

from maillage.accounts.models import EmailChange, User

UNPROVED_DAYS = 7
_OWN = {"accounts.User", "account.EmailAddress"}


class _Needed(Exception):  # noqa: N818
    """Something else names the account: somebody invited this person."""


def forget_unproved(now: datetime) -> int:
    """Drop the sign-ups that nobody finished; the number of accounts.

    An account that anything names (a role, an invitation, a line of the journal) stays.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    found = User.objects.filter(
        Exists(addresses.filter(verified=False)),
        ~Exists(addresses.filter(verified=True)),
        last_login=None,
        is_demo=False,
        is_staff=False,
        erased_at=None,
        date_joined__lt=now - timedelta(days=UNPROVED_DAYS),
    )
    return sum(_drop(user) for user in found.order_by("pk")[:1000])


def _drop(user: User) -> int:
    try:
        with transaction.atomic():
            _total, by_model = user.delete()
            if set(by_model) - _OWN:
                raise _Needed  # noqa: TRY301  (undoes the deletion)
    except (_Needed, ProtectedError):
        return 0
    return 1


def forget_ended_sessions(now: datetime) -> int:
    """Drop the devices whose session is over, and those sessions."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    gone: int = UserSession.objects.filter(~Exists(alive)).delete()[0]
    return gone + Session.objects.filter(expire_date__lte=now).delete()[0]


def forget_email_changes(now: datetime) -> int:
    """Drop the demands whose links are no longer good."""
    return EmailChange.objects.filter(expires_at__lte=now).delete()[0]
