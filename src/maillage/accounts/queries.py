"""Questions about accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from maillage.accounts.lib.browsers import browser_name
from maillage.accounts.models import EmailChange, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def has_second_factor(user: "User | AnonymousUser") -> bool:
    """Whether something besides the mailbox or the password protects the account.

    The accounts of the demonstration, that exist nowhere else, are taken as protected.
    """
    return bool(getattr(user, "is_protected", False) or getattr(user, "is_demo", False))


@dataclass(frozen=True)
class Factors:
    """`codes_left` is the number of recovery codes not used yet."""

    totp: bool
    passkeys: list[Authenticator]
    codes_left: int


def factors_of(user: User) -> Factors:
    found = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    codes = [one for one in found if one.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(
        totp=any(one.type == Authenticator.Type.TOTP for one in found),
        passkeys=[one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else 0,
    )


@dataclass(frozen=True)
class Device:
    """A browser where the person is signed in."""

    pk: int
    browser: str
    since: datetime
    address: str
    current: bool


def devices_of(user: User, session_key: str | None, *, now: datetime) -> list[Device]:
    """Open sessions, the one at hand first, then the newest."""
    known = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk")[:100])
    alive = set(
        Session.objects.filter(
            session_key__in=[one.session_key for one in known], expire_date__gt=now
        ).values_list("session_key", flat=True)
    )
    devices = [
        Device(
            pk=one.pk,
            browser=browser_name(one.user_agent),
            since=one.created_at,
            address=one.ip,
            current=one.session_key == session_key,
        )
        for one in known
        if one.session_key in alive
    ]
    return sorted(devices, key=lambda device: not device.current)


def change_of_key(hashed_key: str) -> EmailChange | None:
    """The demand that one of the two keys opens."""
    found = EmailChange.objects.select_related("user")
    return found.filter(old_key=hashed_key).first() or found.filter(new_key=hashed_key).first()


def verified_addresses(user: User) -> frozenset[str]:
    """Addresses, in lower case, that `user` has shown to be theirs."""
    rows = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return frozenset(address.lower() for address in rows)
