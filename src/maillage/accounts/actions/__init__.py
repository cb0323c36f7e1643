"""Verbs on accounts."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from maillage.accounts.actions.consent import record_consent, withdraw_consent
from maillage.accounts.actions.erasure import (
    ErasureRefusedError,
    erase_account,
    reapply_erasures,
    reasons_to_stay,
    write_erasures,
)
from maillage.accounts.models import Preference, User
from maillage.core import journal
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import Recipient, post_many
from maillage.core.models import Letter

__all__ = [
    "ErasureRefusedError",
    "erase_account",
    "open_account",
    "reapply_erasures",
    "reasons_to_stay",
    "record_consent",
    "tell",
    "withdraw_consent",
    "write_erasures",
]


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
    # Whoever may write the password in the installation vouches for the address.
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=password is not None)
    journal.record("account_opened", user, by=by, at=now)
    return user


@transaction.atomic
def change_profile(user: User, *, name: str, profile: str, by: User, now: datetime) -> None:
    """Keep the name shown and what the person came for. Nothing is written when both are the same."""
    wanted = {"name": " ".join(name.split()), "profile": profile}
    changes = {
        field: [getattr(user, field), value]
        for field, value in wanted.items()
        if getattr(user, field) != value
    }
    if not changes:
        return
    for field, value in wanted.items():
        setattr(user, field, value)
    user.save(update_fields=list(wanted))
    # The journal is never corrected: it keeps which fields changed, not the person's name.
    journal.record("profile_changed", user, by=by, at=now, reason=", ".join(sorted(changes)))


def change_language(user: User, language: str, *, by: User, now: datetime) -> None:
    """`language` is a code of settings.LANGUAGES. Not a thing to journal: it is a taste."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def prove_address(user: User) -> None:
    """Take the address of `user` as theirs: they opened a link, or wrote a code, that was sent to it."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def mark_protection(user_id: int) -> None:
    """Write whether the account has a key or an application; recovery codes alone are none."""
    strong = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    there = Authenticator.objects.filter(user_id=user_id, type__in=strong).exists()
    User.objects.filter(pk=user_id).exclude(is_protected=there).update(is_protected=there)


def end_sessions(user: User, *, but: str = "") -> int:
    """Sign `user` out everywhere, except in the session whose key is `but`; the number of sessions ended."""
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()
        ended += 1
    return ended


_STATUS: dict[str, str] = {
    Preference.Rhythm.AT_ONCE: Letter.Status.WAITING,
    Preference.Rhythm.DAILY: Letter.Status.HELD,
    Preference.Rhythm.WEEKLY: Letter.Status.HELD,
    Preference.Rhythm.NEVER: Letter.Status.SILENT,
}


def tell(
    users: Iterable[User],
    kind: LetterKind,
    values: Mapping[str, object],
    *,
    now: datetime,
    link: str = "",
    space_id: int | None = None,
) -> list[Letter]:
    """Write `kind` to these people, in the caller's transaction, at the rhythm each chose for its category.

    `link` is absolute. `values` may leave `person` out: it is each one's own name. Accounts that are
    closed or erased get nothing.
    """
    people = [user for user in users if user.is_active and user.erased_at is None]
    chosen = dict(
        Preference.objects.filter(user__in=people, category=kind.category).values_list(
            "user_id", "rhythm"
        )
    )
    recipients = [
        Recipient(
            to=user.email,
            user_id=user.pk,
            values={"person": str(user), **values},
            link=link,
            status=_STATUS[chosen.get(user.pk, Preference.Rhythm.AT_ONCE)]
            if kind.category
            else Letter.Status.WAITING,
        )
        for user in people
    ]
    return post_many(kind, recipients, now=now, space_id=space_id)
