"""What the beneficiary and the authority say of an award once it is told: accepted, renounced, lapsed, revoked."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.awards.holding import (
    UNPAID,
    keep,
    move,
    paid_of,
    release,
    take,
    withdraw_application,
)
from maillage.calls.actions.awards.papers import tell_applicants
from maillage.calls.enums import AwardStatus, ReportStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.words import PARIS, in_euros
from maillage.calls.models import Agreement, Award
from maillage.calls.notices.awards import RELEASED as RELEASED_LETTER
from maillage.calls.notices.awards import RENOUNCED
from maillage.calls.queries.conventions import is_signed, need_of
from maillage.calls.queries.merging import report_due
from maillage.moderation.queries.scope import agents_of

_MOST_MONTHS = 24


@transaction.atomic
def accept(
    award: Award, *, by: User, now: datetime, version: int, year_ends_on: date | None = None
) -> Award:
    """The beneficiary accepts, and says when its accounting year ends: that fixes the day of the report.

    An agreement that is required must then be signed; without, the award runs. Raises StepRefused.
    """
    held = take(award, version)
    _check_told(held)
    if held.status != AwardStatus.GRANTED:
        raise StepRefused("Cette subvention a déjà été acceptée.")
    if year_ends_on is not None:
        _set_year_end(held, year_ends_on, now)
    agreement = Agreement.objects.filter(award=held).first()
    must_sign = need_of(held).required or (agreement is not None and not is_signed(agreement))
    after = AwardStatus.TO_SIGN if must_sign else AwardStatus.RUNNING
    move(held, after, "Accepter la subvention")
    return keep(held, "award_accepted", by=by, now=now)


@transaction.atomic
def renounce(award: Award, *, by: User, now: datetime, version: int, reason: str) -> Award:
    """The beneficiary gives it up before anything was paid; its money goes back to the envelope at once.

    Agents are told, so that the waiting list may be called. Raises StepRefused.
    """
    held = take(award, version)
    _check_told(held)
    if paid_of(held):
        raise StepRefused(
            "Un versement a déjà été payé : écrivez à la collectivité, qui demandera le reversement."
        )
    words = reason.strip()[:500]
    if not words:
        raise StepRefused("Écrivez en quelques mots pourquoi vous renoncez.")
    freed = held.amount
    release(held, AwardStatus.RENOUNCED, "Renoncer à la subvention", now=now, reason=words)
    keep(held, "award_renounced", by=by, now=now, changes={"reserved": [str(freed), "0"]})
    withdraw_application(held, now=now, reason=words)
    edition = held.application.edition
    path = reverse("awards:waiting", args=[edition.space.slug, edition.pk])
    values = {
        "call": edition.title,
        "reference": held.application.reference,
        "space": edition.space.name,
        "amount": in_euros(freed),
    }
    recused = held.application.interests.filter(recused=True).values_list("user_id", flat=True)
    people = [one for one in agents_of(edition.space) if one.pk not in set(recused)]
    tell(
        people,
        RENOUNCED,
        values,
        now=now,
        link=f"{settings.BASE_URL}{path}",
        space_id=edition.space_id,
    )
    return held


@transaction.atomic
def lapse(award: Award, *, by: User, now: datetime, version: int, reason: str) -> Award:
    """The project was not done in time: what was not paid goes back. Raises StepRefused."""
    return _end(award, AwardStatus.LAPSED, "award_lapsed", by, now, version, reason)


@transaction.atomic
def revoke(award: Award, *, by: User, now: datetime, version: int, reason: str) -> Award:
    """The authority takes it back (a breach of the commitment, a false statement), with the reason that it sends.

    What was paid still weighs on the envelope until it is recovered. Raises StepRefused.
    """
    return _end(award, AwardStatus.REVOKED, "award_revoked", by, now, version, reason)


@transaction.atomic
def set_year_end(award: Award, *, on: date, by: User, now: datetime, version: int) -> Award:
    """End of the beneficiary's accounting year; the report that nobody began follows. Raises StepRefused."""
    held = take(award, version)
    _set_year_end(held, on, now)
    return keep(
        held, "award_changed", by=by, now=now, changes={"year_ends_on": [None, on.isoformat()]}
    )


@transaction.atomic
def archive(award: Award, *, by: User, now: datetime, version: int) -> Award:
    """Put away what is settled. Raises StepRefused."""
    held = take(award, version)
    move(held, AwardStatus.ARCHIVED, "Archiver la subvention")
    return keep(held, "award_archived", by=by, now=now)


def _end(
    award: Award, after: str, act: str, by: User, now: datetime, version: int, reason: str
) -> Award:
    held = take(award, version)
    _check_told(held)
    words = reason.strip()[:500]
    if not words:
        raise StepRefused("Écrivez le motif : il est envoyé au bénéficiaire.")
    before = held.amount
    waiting = held.instalments.filter(status__in=UNPAID).exists()
    release(held, after, "Mettre fin à la subvention", now=now, reason=words)
    keep(
        held,
        act,
        by=by,
        now=now,
        changes={"reserved": [str(before), None], "unpaid": [waiting, False]},
    )
    withdraw_application(held, now=now, reason=words)
    tell_applicants(
        held.application,
        RELEASED_LETTER,
        {"state": held.get_status_display(), "reason": words},
        now=now,
        path=reverse("subsidies:one", args=[held.pk]),
    )
    return held


def _check_told(held: Award) -> None:
    if held.notified_at is None:
        raise StepRefused("Cette subvention n'est pas encore notifiée.")


def _set_year_end(held: Award, on: date, now: datetime) -> None:
    today = now.astimezone(PARIS).date()
    base = held.decision_on or today
    months = (on.year - base.year) * 12 + on.month - base.month
    if not -12 <= months <= _MOST_MONTHS:
        raise StepRefused(
            "La fin de l'exercice doit être proche de la décision : vérifiez l'année."
        )
    held.year_ends_on = on
    held.reports.filter(status=ReportStatus.EXPECTED).update(due_on=report_due(held))
