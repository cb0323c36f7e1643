"""Make and revoke keys; note what is written with one, and write it once."""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.api.lib.scopes import LONGEST_DAYS, SCOPES
from maillage.api.models import ApiKey, KeptAnswer
from maillage.core import journal
from maillage.spaces.models import Space

MOST_KEYS = 50  # in force, by space
_PREFIX = 12
KEPT_DAYS = 1
_KEPT = timedelta(days=KEPT_DAYS)
_MINUTE = timedelta(minutes=1)


class Made(NamedTuple):
    """`secret` is known here only: nothing can show it again."""

    key: ApiKey
    secret: str


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_key(
    space: Space, *, name: str, scopes: Sequence[str], expires_on: date, by: User, now: datetime
) -> Made:
    """Raises `ValidationError`, by field."""
    today = timezone.localdate(now)
    if not scopes or set(scopes) - set(SCOPES):
        raise ValidationError({"scopes": ["Choisissez ce que la clé permet."]})
    if not today < expires_on <= today + timedelta(days=LONGEST_DAYS):
        raise ValidationError({"expires_on": ["Choisissez une date d'ici à un an."]})
    secret = f"mlg_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        in_force = ApiKey.objects.filter(space=space, revoked_at=None, expires_on__gte=today)
        if in_force.count() >= MOST_KEYS:
            raise ValidationError(f"Cet espace a déjà {MOST_KEYS} clés : révoquez-en une.")
        key = ApiKey.objects.create(
            space=space,
            name=name,
            prefix=secret[:_PREFIX],
            key_hash=hash_of(secret),
            scopes=[code for code in SCOPES if code in scopes],
            by=by,
            created_at=now,
            expires_on=expires_on,
        )
        changes = {"scopes": [None, key.scopes], "expires_on": [None, expires_on.isoformat()]}
        _note("api_key_created", key, by=by, now=now, changes=changes)
    return Made(key, secret)


def revoke_key(key: ApiKey, *, by: User, now: datetime) -> bool:
    """False when it was revoked already."""
    with transaction.atomic():
        done = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
        if done:
            _note("api_key_revoked", key, by=by, now=now, changes={})
    return bool(done)


def used(key: ApiKey, *, now: datetime) -> None:
    """To the minute: a program that writes in a row does not rewrite the key each time."""
    if key.used_at is None or now - key.used_at >= _MINUTE:
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)


def note_write(key: ApiKey, what: str, fields: list[str], *, now: datetime) -> None:
    """The journal says which key wrote what, beside the line of the act itself."""
    _note("api_written", key, by=key.by, now=now, changes={what: [None, fields]})


def _note(act: str, key: ApiKey, *, by: User, now: datetime, changes: dict[str, Any]) -> None:
    named = f"Clé « {key.name} » ({key.prefix}…)"
    journal.record(act, key, by=by, at=now, changes=changes, reason=named, space_id=key.space_id)


class Done(NamedTuple):
    """`replayed`: it had been done by the same call before."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class OtherRequestError(Exception):
    """The same `Idempotency-Key` came with another demand."""


def once(key: ApiKey, token: str, demand: Any, write: Callable[[], Done], *, now: datetime) -> Done:
    """Do `write` in one transaction; with a `token`, once for the same demand. A failure keeps nothing."""
    if not token:
        with transaction.atomic():
            return write()
    token_hash = hash_of(token)
    asked = hash_of(json.dumps(demand, sort_keys=True, default=str))
    forget_answers(now, key=key)
    try:
        with transaction.atomic():
            kept = KeptAnswer.objects.create(
                key=key, token_hash=token_hash, request_hash=asked, status=0, created_at=now
            )
            done = write()
            KeptAnswer.objects.filter(pk=kept.pk).update(status=done.status, body=done.body)
            return done
    except IntegrityError:
        known = KeptAnswer.objects.filter(key=key, token_hash=token_hash).first()
        if known is None:
            raise
    if known.request_hash != asked:
        raise OtherRequestError
    return Done(known.status, known.body, replayed=True)


def forget_answers(now: datetime, *, key: ApiKey | None = None) -> int:
    """Answers whose day is over, of one key or of all: a program that stopped writing leaves none behind."""
    old = KeptAnswer.objects.filter(created_at__lt=now - _KEPT)
    return (old if key is None else old.filter(key=key)).delete()[0]
