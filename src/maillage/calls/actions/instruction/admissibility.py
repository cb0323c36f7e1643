"""Admissible by one person, inadmissible by two; examined again; put aside; called to the second stage; given to readers."""

from datetime import datetime

from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.calls.actions.instruction.holding import (
    note,
    record,
    step,
    take,
    tell_writers,
    words_of,
)
from maillage.calls.enums import ApplicationStatus as S
from maillage.calls.enums import ReviewStatus, Stage, Verdict
from maillage.calls.lib.machine import APPLICATION, StepRefused, check_step
from maillage.calls.models import Admissibility, Application, Interest
from maillage.calls.notices.instruction import DROPPED, INADMISSIBLE, SHORTLISTED
from maillage.calls.queries.examining import (
    correctable,
    form_for,
    open_correction_of,
    pending_of,
    siret_in_doubt,
)

FOUR_EYES = (
    "Une autre personne doit confirmer cette irrecevabilité : c'est vous qui l'avez proposée."
)


@transaction.atomic
def admit(application: Application, *, by: User, now: datetime) -> Admissibility:
    """Admissible: one person is enough."""
    held = take(application, by)
    check_step(APPLICATION, held.status, S.ADMISSIBLE, "Déclarer recevable")
    _check_closable(held)
    if pending_of(held) is not None:
        raise StepRefused(
            "Une irrecevabilité est proposée sur ce dossier : confirmez-la ou écartez-la d'abord."
        )
    step(held, S.ADMISSIBLE, "Déclarer recevable", act="application_admitted", by=by, now=now)
    return Admissibility.objects.create(
        application=held,
        verdict=Verdict.ADMISSIBLE,
        proposed_by=by,
        proposed_at=now,
        confirmed_by=by,
        confirmed_at=now,
    )


@transaction.atomic
def unadmit(application: Application, *, by: User, now: datetime) -> None:
    """Take an admission back, before anybody reads the file: what undoes a bulk act."""
    held = take(application, by)
    if held.status != S.ADMISSIBLE or held.reviews.exclude(status=ReviewStatus.REPLACED).exists():
        raise StepRefused("Ce dossier a avancé depuis : sa recevabilité n'est pas reprise.")
    step(held, S.SUBMITTED, "Reprendre", act="application_reexamined", by=by, now=now)


@transaction.atomic
def propose_inadmissible(
    application: Application, *, cause: str, reason: str, by: User, now: datetime
) -> Admissibility:
    """`cause` is `rule:<code>` or `missing:<code of a question>`. Nothing changes for the applicant yet."""
    held = take(application, by)
    check_step(APPLICATION, held.status, S.INADMISSIBLE, "Proposer l'irrecevabilité")
    _check_closable(held)
    if pending_of(held) is not None:
        raise StepRefused("Une irrecevabilité est déjà proposée sur ce dossier.")
    kind, _colon, code = cause.partition(":")
    known = {
        "rule": {rule.code for rule in held.edition.rules.all()},
        "missing": {code for code, _label in correctable(form_for(held))},
    }
    if code not in known.get(kind, set()):
        raise StepRefused("Choisissez la règle ou la pièce en cause.")
    made = Admissibility.objects.create(
        application=held,
        verdict=Verdict.INADMISSIBLE,
        rule_code=code if kind == "rule" else "",
        missing=code if kind == "missing" else "",
        reason=words_of(reason, said="Écrivez le motif : il est donné au candidat."),
        proposed_by=by,
        proposed_at=now,
    )
    record(held, "inadmissibility_proposed", by=by, now=now)
    return made


@transaction.atomic
def confirm(admissibility: Admissibility, *, by: User, now: datetime) -> None:
    """A second person agrees: the file is inadmissible and its writers are told. The database guards the four eyes."""
    held = take(admissibility.application, by)
    pending = _pending(held, admissibility)
    check_step(APPLICATION, held.status, S.INADMISSIBLE, "Confirmer l'irrecevabilité")
    _check_closable(held)
    pending.confirmed_by, pending.confirmed_at = by, now
    try:
        with transaction.atomic():
            pending.save(update_fields=["confirmed_by", "confirmed_at"])
    except IntegrityError as error:
        raise StepRefused(FOUR_EYES) from error
    step(
        held,
        S.INADMISSIBLE,
        "Confirmer l'irrecevabilité",
        act="inadmissibility_confirmed",
        by=by,
        now=now,
        outcome_reasons=pending.reason,
    )
    tell_writers(held, INADMISSIBLE, {"reason": pending.reason}, now=now)


@transaction.atomic
def decline(admissibility: Admissibility, *, by: User, now: datetime) -> None:
    """The proposal is put aside; the file goes on."""
    held = take(admissibility.application, by)
    pending = _pending(held, admissibility)
    pending.declined_by, pending.declined_at = by, now
    pending.save(update_fields=["declined_by", "declined_at"])
    record(held, "inadmissibility_declined", by=by, now=now)


@transaction.atomic
def reexamine(application: Application, *, reason: str, by: User, now: datetime) -> None:
    """An inadmissible file is examined again; why stays among the notes."""
    held = take(application, by)
    if held.status != S.INADMISSIBLE:
        raise StepRefused("Seul un dossier irrecevable peut être réexaminé. Rechargez la page.")
    words = words_of(reason, said="Dites pourquoi ce dossier est réexaminé.")
    step(
        held,
        S.SUBMITTED,
        "Réexaminer",
        act="application_reexamined",
        by=by,
        now=now,
        outcome_reasons="",
    )
    note(held, f"Réexamen : {words}", by=by, now=now)


@transaction.atomic
def drop(application: Application, *, reason: str, by: User, now: datetime) -> None:
    """Closed without an answer on the merits (duplicate, call cancelled, organisation dissolved); writers are told why."""
    held = take(application, by)
    words = words_of(reason, said="Écrivez le motif : il est donné au candidat.", longest=500)
    step(
        held,
        S.DROPPED,
        "Classer sans suite",
        act="application_dropped",
        by=by,
        now=now,
        ended_reason=words,
    )
    held.corrections.filter(answered_at=None, closed_at=None).update(closed_at=now, closed_by=by)
    tell_writers(held, DROPPED, {"reason": words}, now=now)


@transaction.atomic
def shortlist(application: Application, *, by: User, now: datetime) -> None:
    """Invited to write the whole file: the second stage of a call in two."""
    held = take(application, by)
    if not held.edition.two_stages or held.stage != Stage.PRE:
        raise StepRefused("Cet appel n'a qu'un temps : il n'y a pas de dossier complet à demander.")
    _check_closable(held)
    step(
        held,
        S.SHORTLISTED,
        "Inviter au dossier complet",
        act="application_shortlisted",
        by=by,
        now=now,
    )
    tell_writers(held, SHORTLISTED, {}, now=now)


@transaction.atomic
def open_review(application: Application, *, by: User, now: datetime) -> None:
    """Readers are chosen and none of them has an interest: they may read."""
    held = take(application, by)
    readers = held.reviews.exclude(status=ReviewStatus.REPLACED)
    if not readers.exists():
        raise StepRefused("Confiez d'abord ce dossier à au moins une personne qui lit.")
    away = Interest.objects.filter(application=held, recused=True).values("user")
    if readers.filter(juror__user__in=away).exists():
        raise StepRefused("Une personne récusée a ce dossier à lire : confiez-le à une autre.")
    step(held, S.IN_REVIEW, "Ouvrir l'évaluation", act="review_opened", by=by, now=now)


@transaction.atomic
def waive_reviews(application: Application, *, reason: str, by: User, now: datetime) -> None:
    """This file may go to the jury with fewer readings than the call wants; an empty reason takes it back."""
    held = take(application, by)
    if held.status not in (S.ADMISSIBLE, S.IN_REVIEW, S.REVIEWED):
        raise StepRefused("Dispenser de lectures : ce n'est pas possible à cette étape.")
    words = " ".join(reason.split())
    if words == held.review_waiver:
        return
    if len(words) > 500:
        raise StepRefused("500 caractères au plus : raccourcissez le texte.")
    held.review_waiver = words
    held.version += 1
    held.save(update_fields=["review_waiver", "version"])
    record(held, "reviews_waived", by=by, now=now, changes={"waived": [not words, bool(words)]})


def _pending(held: Application, admissibility: Admissibility) -> Admissibility:
    pending = pending_of(held)
    if pending is None or pending.pk != admissibility.pk:
        raise StepRefused("Cette proposition a déjà été tranchée. Rechargez la page.")
    return pending


def _check_closable(held: Application) -> None:
    """A file is not judged while its applicant mends it, or while nobody knows whether its SIRET is alive."""
    if open_correction_of(held) is not None:
        raise StepRefused("Une correction est attendue sur ce dossier : attendez-la, ou fermez-la.")
    if siret_in_doubt(held):
        raise StepRefused(
            "L'état de l'établissement (SIRET) n'est pas connu : lancez les vérifications, ou notez la vôtre."
        )
