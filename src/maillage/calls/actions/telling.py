"""Letters about one file, in the caller's transaction. Links are absolute."""

from datetime import datetime

from django.urls import NoReverseMatch

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus
from maillage.calls.lib.answers import completeness
from maillage.calls.lib.words import long_instant
from maillage.calls.models import Application, Deposit, Writer
from maillage.calls.notices.applying import (
    CORRECTION_ANSWERED,
    MESSAGE_RECEIVED,
    RECEIPT,
    REMINDER,
)
from maillage.calls.permissions import is_recused
from maillage.calls.queries.deadlines import closing_of, step_of
from maillage.calls.queries.receipts import receipt_of
from maillage.calls.queries.written import written
from maillage.core.letters.kinds import LetterKind
from maillage.structures.actions.telling import link_to

_LEFT = {7: "Une semaine", 3: "Trois jours", 1: "Un jour"}


def writers_of(application: Application) -> list[User]:
    """People who may open the file, whoever invited them."""
    found = Writer.objects.filter(
        application=application, user__isnull=False, ended_at=None
    ).select_related("user")
    return [one.user for one in found if one.user is not None]


def tell_receipt(application: Application, deposit: Deposit, *, now: datetime) -> None:
    """To every writer, whatever the rhythm of their letters: it is an administrative act."""
    receipt = receipt_of(application, deposit)
    tell(
        writers_of(application),
        RECEIPT,
        {
            "reference": receipt.reference,
            "title": receipt.title,
            "call": receipt.call,
            "space": receipt.authority,
            "received": receipt.received,
            "service": receipt.service,
            "contact": receipt.contact or "celui de la page de l'appel",
            "silence": receipt.silence,
            "remedies": receipt.remedies,
        },
        now=now,
        link=link_to("applications:receipt", application.pk),
        space_id=application.edition.space_id,
    )


def tell_reminder(application: Application, *, now: datetime) -> bool:
    """One letter per writer and step; whether one was due."""
    closes = closing_of(application)
    step = step_of(closes, now) if closes is not None else None
    key = f"{application.stage}-J{step}"
    if closes is None or step is None or key in application.reminded:
        return False
    if application.status not in {ApplicationStatus.DRAFT, ApplicationStatus.SHORTLISTED}:
        return False
    content = written(application)
    done, asked = completeness(content.form, content.answers, content.counts, content.others)
    left = asked - done
    missing = (
        f"Il manque {left} réponse{'s' if left > 1 else ''} sur {asked}."
        if left
        else "Tout est répondu : il reste à déposer."
    )
    application.reminded = [*application.reminded, key]
    application.save(update_fields=["reminded"])
    tell(
        writers_of(application),
        REMINDER,
        {
            "title": application.title or "Sans titre",
            "call": application.edition.title,
            "left": _LEFT[step],
            "closes": long_instant(closes),
            "missing": missing,
        },
        now=now,
        link=link_to("applications:one", application.pk),
        space_id=application.edition.space_id,
    )
    return True


def tell_instructor(application: Application, kind: LetterKind, *, now: datetime) -> None:
    """To who follows the file, unless recused since; nobody follows it: it waits in the inbox."""
    agent = application.assigned_to
    if agent is None or is_recused(agent, application):
        return
    tell(
        [agent],
        kind,
        {
            "reference": application.reference,
            "call": application.edition.title,
            "space": application.edition.space.name,
        },
        now=now,
        link=_desk_of(application),
        space_id=application.edition.space_id,
    )


def _desk_of(application: Application) -> str:
    try:
        return link_to("instruction:talk", application.edition.space.slug, application.pk)
    except NoReverseMatch:  # the desk's pages are not served here
        return ""


def tell_message(application: Application, *, now: datetime) -> None:
    tell_instructor(application, MESSAGE_RECEIVED, now=now)


def tell_correction(application: Application, *, now: datetime) -> None:
    tell_instructor(application, CORRECTION_ANSWERED, now=now)
