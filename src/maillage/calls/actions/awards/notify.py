"""Notify a whole call in one transaction: every file has its outcome and its letter, or none has."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.awards.papers import ask_for, write
from maillage.calls.actions.awards.paying import plan_payments
from maillage.calls.enums import ApplicationStatus, EditionStatus, Stage
from maillage.calls.lib.machine import APPLICATION, EDITION, StepRefused, check_step
from maillage.calls.lib.words import long_instant
from maillage.calls.models import Application, Award, AwardReport, Edition, Interest, Paper
from maillage.calls.permissions import may_sign
from maillage.calls.queries.feedback import named_jurors
from maillage.calls.queries.merging import report_due, year_end_of
from maillage.calls.queries.notification import Line, Plan, plan_of, values_for
from maillage.core import journal
from maillage.core.models import JournalEntry

_LABEL = "Notifier"
REASONS_LONGEST = 4000
_TOLD = frozenset({EditionStatus.NOTIFIED, EditionStatus.EXECUTION})


@transaction.atomic
def notify(edition: Edition, *, by: User, now: datetime, version: int) -> Plan:
    """Every file DELIBERATED gets its outcome, its reasons and its letter; the PDFs and e-mails follow by a job.

    Once for a call; and again for the files that were sent back to the jury since, and decided anew.

    Raises StepRefused: not the authority, somebody did it first, a value is missing, a file is not decided.
    """
    held = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("space", "programme", "envelope")
        .get(pk=edition.pk)
    )
    verdict = may_sign(by, held)
    if not verdict:
        raise StepRefused(verdict.reason)
    again = held.status in _TOLD
    if held.status == EditionStatus.FINISHED or (again and not _sent_back(held)):
        raise StepRefused(_who_did(held))
    if not again:
        check_step(EDITION, held.status, EditionStatus.NOTIFIED, _LABEL)
    if held.version != version:
        raise StepRefused("Cet appel a changé pendant votre lecture : relisez l'aperçu.")
    if Interest.objects.filter(application__edition=held, user=by, recused=True).exists():
        raise StepRefused(
            "Vous êtes récusé d'un dossier de cet appel : une autre personne ordonnatrice doit le notifier."
        )
    list(Application.objects.select_for_update(of=("self",)).filter(edition=held).order_by("pk"))
    plan = plan_of(held, now=now)
    _check(plan)
    for line in plan.lines:
        _notify_one(line, plan, by=by, now=now)
    if not again:
        held.status, held.notified_at = EditionStatus.NOTIFIED, now
    held.version += 1
    held.save(update_fields=["status", "notified_at", "version"])
    journal.record(
        "call_notified",
        held,
        by=by,
        at=now,
        changes={label: [None, count] for label, count in plan.counts},
        space_id=held.space_id,
    )
    journal.tick("calls")
    ask_for(held.pk)
    return plan


@transaction.atomic
def write_reasons(
    application: Application, *, text: str, by: User, now: datetime, version: int
) -> Application:
    """Reasons of a file, read again before they are sent. Raises StepRefused."""
    held: Application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("edition")
        .get(pk=application.pk)
    )
    if held.status != "deliberated":
        raise StepRefused("Les motifs de ce dossier ne peuvent plus être changés.")
    if held.version != version:
        raise StepRefused("Ce dossier a changé pendant votre lecture : relisez-le.")
    words = text.replace("\r\n", "\n").strip()[:REASONS_LONGEST]
    if not words:
        raise StepRefused("Écrivez les motifs : chaque candidat les reçoit.")
    if named_jurors(words, held.edition):
        raise StepRefused("Ces motifs nomment une personne du jury : retirez son nom.")
    held.outcome_reasons, held.updated_at = words, now
    held.version += 1
    held.save(update_fields=["outcome_reasons", "updated_at", "version"])
    journal.record("outcome_reasons_written", held, by=by, at=now, space_id=held.edition.space_id)
    return held


def start(award: Award, *, now: datetime) -> None:
    """An award that was just told: its payments, and the report that it owes."""
    award.notified_at = now
    award.year_ends_on = year_end_of(award)
    award.version += 1
    award.save(update_fields=["notified_at", "year_ends_on", "version"])
    plan_payments(award, now=now)
    form = award.application.edition.forms.filter(stage=Stage.REPORT, frozen_at__isnull=False)
    AwardReport.objects.create(
        award=award, form=form.order_by("-number").first(), due_on=report_due(award)
    )


def key_of(application: Application, award: Award | None) -> str:
    """The same letter has the same key; one more notification, after an appeal, has the next."""
    earlier = Paper.objects.filter(
        application=application, award=award, key__startswith="notification-"
    ).count()
    return f"notification-{application.pk}-{award.pk if award else 0}-{earlier + 1}"


def _sent_back(held: Edition) -> bool:
    return held.applications.filter(status=ApplicationStatus.DELIBERATED).exists()


def _check(plan: Plan) -> None:
    if not plan.lines:
        raise StepRefused("Aucun dossier n'attend d'être notifié.")
    for line in plan.stopped:
        if line.missing:
            names = ", ".join(f"« {name} »" for name in line.missing)
            raise StepRefused(
                f"Rien n'est envoyé : il manque {names} à la lettre du dossier {line.application}."
            )
        raise StepRefused(f"Rien n'est envoyé. Dossier {line.application} : {line.problems[0]}")
    envelope = plan.edition.envelope
    if envelope is not None and plan.total > envelope.amount:
        raise StepRefused("Rien n'est envoyé : les subventions dépassent l'enveloppe.")


def _notify_one(line: Line, plan: Plan, *, by: User, now: datetime) -> None:
    one = line.application
    before = one.status
    check_step(APPLICATION, before, line.outcome, _LABEL)
    one.status, one.waiting_rank, one.updated_at = line.outcome, line.rank, now
    one.version += 1
    one.save(update_fields=["status", "waiting_rank", "outcome_reasons", "updated_at", "version"])
    awards: list[Award | None] = [*line.awards] or [None]
    for award in awards:
        if award is not None:
            start(award, now=now)
        write(
            plan.words[line.kind],
            values_for(line, award, now),
            application=one,
            award=award,
            key=key_of(one, award),
            now=now,
        )
    journal.record(
        "application_notified",
        one,
        by=by,
        at=now,
        changes={"status": [before, one.status]},
        space_id=plan.edition.space_id,
    )


def _who_did(edition: Edition) -> str:
    done = (
        JournalEntry.objects.filter(
            action="call_notified",
            subject_type=edition._meta.label_lower,
            subject_id=str(edition.pk),
        )
        .select_related("by")
        .order_by("-pk")
        .first()
    )
    who = str(done.by) if done and done.by else "Une autre personne"
    when = f", le {long_instant(edition.notified_at)}" if edition.notified_at else ""
    return f"{who} a déjà notifié cet appel{when}. Rien n'est envoyé deux fois."
