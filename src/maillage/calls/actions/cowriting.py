"""Several people write one file: invited by e-mail, each with what they may do; taken out by who deposits it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from maillage.accounts.models import User
from maillage.accounts.queries import verified_addresses
from maillage.calls.actions.writing import take
from maillage.calls.enums import WriterKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Writer
from maillage.calls.notices.applying import WRITER_INVITED
from maillage.calls.permissions import writer_of
from maillage.core import journal
from maillage.core.letters.outbox import post
from maillage.structures.actions.telling import link_to

LIFE = timedelta(days=14)
MOST = 20
MOST_A_DAY = 30
_MAY = {
    WriterKind.OWNER: "vous pourrez écrire, inviter et déposer",
    WriterKind.EDITOR: "vous pourrez écrire",
    WriterKind.READER: "vous pourrez lire",
}


@transaction.atomic
def invite_writer(
    application: Application, email: str, kind: str, *, by: User, now: datetime
) -> Writer:
    """Send a key to `email`, good for fourteen days and for that address; the former one opens nothing more."""
    held = take(application)
    _check_owner(held, by)
    email = email.strip().lower()
    present = Writer.objects.filter(application=held, ended_at=None)
    if present.filter(user__email=email).exists():
        raise ValidationError({"email": ["Cette personne écrit déjà avec vous."]})
    if present.exclude(email=email).count() >= MOST:
        raise ValidationError(f"{MOST} personnes au plus par candidature : retirez-en une d'abord.")
    lately = Writer.objects.filter(invited_by=by, invited_at__gt=now - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise ValidationError("Trop d'invitations aujourd'hui : reprenez demain.")
    present.filter(email=email, user=None).update(ended_at=now, key_hash="")
    key = secrets.token_urlsafe(24)
    writer = Writer.objects.create(
        application=held,
        email=email,
        kind=kind,
        key_hash=_hash(key),
        expires_at=now + LIFE,
        invited_by=by,
        invited_at=now,
    )
    journal.record("application_writer_invited", held, by=by, at=now)
    post(
        WRITER_INVITED,
        to=email,
        values={
            "who": str(by),
            "call": held.edition.title,
            "space": held.edition.space.name,
            "may": _MAY[WriterKind(kind)],
            "until": date_format(timezone.localtime(now + LIFE), "j F Y"),
            "email": email,
        },
        link=link_to("applications:invitation", key),
        now=now,
        space_id=held.edition.space_id,
    )
    return writer


def find_writer(key: str) -> Writer | None:
    """The invitation of a key, in any state."""
    found = Writer.objects.select_related("application__edition__space", "invited_by")
    return found.filter(key_hash=_hash(key)).first()


def why_closed(writer: Writer, *, now: datetime) -> str:
    """One sentence when the invitation cannot be answered any more."""
    if writer.ended_at:
        return "Cette invitation a été retirée : demandez-en une nouvelle."
    if writer.accepted_at:
        return "Cette invitation a déjà servi."
    if writer.expires_at is None or writer.expires_at <= now:
        return "Cette invitation n'est plus valable : demandez-en une nouvelle."
    return ""


def is_for(writer: Writer, user: User) -> bool:
    """A key that was forwarded opens nothing."""
    return writer.email in verified_addresses(user)


@transaction.atomic
def accept_writer(key: str, *, by: User, now: datetime) -> Writer:
    """Make `by` a writer. Raises `StepRefused` for a key that is not, or no longer, theirs."""
    found = find_writer(key)
    if found is None:
        raise StepRefused("Cette invitation n'existe pas.")
    held = take(found.application)
    found.refresh_from_db()
    if closed := why_closed(found, now=now):
        raise StepRefused(closed)
    if not is_for(found, by):
        raise StepRefused(
            "Cette invitation est au nom d'une autre adresse : connectez-vous avec celle qui l'a reçue."
        )
    already = writer_of(by, held)
    if already is not None:
        found.ended_at, found.key_hash = now, ""
        found.save(update_fields=["ended_at", "key_hash"])
        return already
    found.user, found.accepted_at, found.key_hash = by, now, ""
    found.save(update_fields=["user", "accepted_at", "key_hash"])
    journal.record("application_writer_joined", held, by=by, at=now)
    return found


@transaction.atomic
def remove_writer(writer: Writer, *, by: User, now: datetime) -> None:
    """The person opens the file no more; who leaves by themselves may too. One who deposits must remain."""
    held = take(writer.application)
    writer.refresh_from_db()
    if writer.ended_at is not None:
        return
    if writer.user_id != by.pk:
        _check_owner(held, by)
    owners = Writer.objects.filter(
        application=held, kind=WriterKind.OWNER, ended_at=None, user__isnull=False
    )
    if writer.kind == WriterKind.OWNER and not owners.exclude(pk=writer.pk).exists():
        raise StepRefused(
            "Il faut que quelqu'un puisse déposer : nommez d'abord une autre personne."
        )
    writer.ended_at, writer.key_hash = now, ""
    writer.save(update_fields=["ended_at", "key_hash"])
    journal.record("application_writer_removed", held, by=by, at=now)


def _check_owner(held: Application, by: User) -> None:
    writer = writer_of(by, held)
    if writer is None or writer.kind != WriterKind.OWNER:
        raise StepRefused("Seule une personne qui peut déposer la candidature peut le faire.")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
