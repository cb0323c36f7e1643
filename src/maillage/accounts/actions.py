"""Verbs on accounts."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal


@transaction.atomic
def open_account(
    email: str, *, name: str = "", password: str | None = None, by: User | None, now: datetime
) -> User:
    """The account of `email`, created when there is none. Without `password`, the person sets it by a link.

    An account that exists is returned as it is: neither its name nor its password change.
    """
    email = email.strip().lower()
    known = User.objects.filter(email=email).first()
    if known:
        return known
    user = User.objects.create_user(email, password, name=name.strip(), date_joined=now)
    journal.record("account_opened", user, by=by, at=now)
    return user
