"""Begin a file, with what is already known: the structure's page, its last file, the first stage."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.calls.actions.writing import take, write_columns
from maillage.calls.enums import ApplicationStatus, PartnerRole, Stage, WriterKind
from maillage.calls.lib.conditions import is_empty
from maillage.calls.lib.form import form_of
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.pseudonyms import pseudonym
from maillage.calls.lib.window import window_of
from maillage.calls.lib.words import long_instant
from maillage.calls.models import Answer, Application, Edition, Partner, Writer
from maillage.calls.permissions import may_write
from maillage.calls.queries.forms import current_form
from maillage.calls.queries.known import known_answers
from maillage.core import journal
from maillage.structures.models import Structure

_TRIES = 5
_MOST_DRAFTS = 30


class AlreadyBegunError(Exception):
    """The person already writes a file of this structure for this call: here it is."""

    def __init__(self, application: Application) -> None:
        super().__init__(str(application))
        self.application = application


def begin(
    edition: Edition,
    *,
    by: User,
    now: datetime,
    structure: Structure | None = None,
    name: str = "",
    siret: str = "",
    resume_from: Application | None = None,
) -> Application:
    """A draft led by `structure`, or by one that the directory does not know (`name`, `siret`).

    `resume_from` is an older file of the same structure that `by` may read: its answers are taken again. Raises
    `StepRefused`, `ValidationError` (`name`), and `AlreadyBegunError`.
    """
    _check_window(edition, now)
    if structure is None and not name.strip():
        raise ValidationError({"name": ["Écrivez le nom de votre structure."]})
    _check_new(edition, structure, siret, by)
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _begin(edition, structure, name, siret, resume_from, by, now)
        except IntegrityError:  # two files drew the same pseudonym
            continue
    raise StepRefused("Beaucoup de candidatures commencent en même temps : réessayez.")


def _check_window(edition: Edition, now: datetime) -> None:
    stage = first_stage(edition)
    window = window_of(edition, stage)
    if window.until is None:
        raise StepRefused("Cet appel ne reçoit pas de candidature pour l'instant.")
    if now >= window.until:
        said = long_instant(window.closes_at) if window.closes_at else ""
        raise StepRefused(
            f"L'appel s'est fermé le {said} : il ne reçoit plus de nouvelle candidature."
        )


def first_stage(edition: Edition) -> Stage:
    return Stage.PRE if edition.two_stages else Stage.FULL


def _check_new(edition: Edition, structure: Structure | None, siret: str, by: User) -> None:
    mine = Application.objects.written_by(by).filter(
        edition=edition, status__in=[ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED]
    )
    lead = mine.filter(partners__role=PartnerRole.LEAD)
    if structure is not None:
        known = lead.filter(partners__structure=structure, partners__role=PartnerRole.LEAD).first()
    elif siret:
        known = lead.filter(partners__siret=siret, partners__role=PartnerRole.LEAD).first()
    else:
        known = None
    if known is not None:
        raise AlreadyBegunError(known)
    if mine.count() >= _MOST_DRAFTS:
        raise StepRefused("Vous écrivez déjà trente candidatures à cet appel : retirez-en.")


def _begin(
    edition: Edition,
    structure: Structure | None,
    name: str,
    siret: str,
    resume_from: Application | None,
    by: User,
    now: datetime,
) -> Application:
    stage = first_stage(edition)
    version = current_form(edition, stage)
    if version is None:
        raise StepRefused("Le formulaire de cet appel n'est pas encore publié.")
    lead = _lead(structure, name, siret)
    application = Application.objects.create(
        edition=edition,
        form=version,
        stage=stage,
        pseudonym=pseudonym(edition),
        lead_name=lead.name,
        created_by=by,
        created_at=now,
        updated_at=now,
    )
    lead.application = application
    lead.save()
    Writer.objects.create(
        application=application,
        user=by,
        kind=WriterKind.OWNER,
        invited_at=now,
        accepted_at=now,
    )
    _fill(application, known_answers(application, by=by, resume_from=resume_from), by, now)
    # Nobody but its writers may know of a draft: the line belongs to no space.
    journal.record("application_begun", application, by=by, at=now)
    return application


def _lead(structure: Structure | None, name: str, siret: str) -> Partner:
    if structure is None:
        return Partner(role=PartnerRole.LEAD, name=name.strip()[:250], siret=siret)
    head = structure.establishments.order_by("-is_head_office", "pk").first()
    return Partner(
        structure=structure,
        role=PartnerRole.LEAD,
        name=structure.name,
        siret=siret or (head and head.siret) or "",
        rna=structure.rna or "",
        legal_category=structure.legal_category,
    )


def _fill(application: Application, answers: Mapping[str, Any], by: User, now: datetime) -> None:
    """Write answers of the file's stage that it has not yet, and the columns they fill."""
    have = set(
        Answer.objects.filter(application=application, stage=application.stage).values_list(
            "code", flat=True
        )
    )
    Answer.objects.bulk_create(
        Answer(
            application=application, stage=application.stage, code=code, value=value, by=by, at=now
        )
        for code, value in answers.items()
        if code not in have and not is_empty(value)
    )
    names = write_columns(application, form_of(application.form.definition))
    if names:
        application.save(update_fields=names)


@transaction.atomic
def enter_second_stage(application: Application, *, by: User, now: datetime) -> Application:
    """Begin the whole file of a call in two stages, with the answers of the first. No effect when it is begun."""
    held = take(application)
    verdict = may_write(by, held)
    if not verdict:
        raise StepRefused(verdict.reason)
    if held.stage == Stage.FULL:
        return held
    window = window_of(held.edition, Stage.FULL)
    version = current_form(held.edition, Stage.FULL)
    invited = held.status == ApplicationStatus.SHORTLISTED and held.edition.two_stages
    if not invited or version is None or window.until is None or now >= window.until:
        raise StepRefused("Le dossier complet ne peut pas être commencé à cette étape.")
    told = dict(held.answers.filter(stage=Stage.PRE).values_list("code", "value"))
    known = {one.code for one in form_of(version.definition).fields}
    held.stage, held.form, held.updated_at = Stage.FULL, version, now
    held.save(update_fields=["stage", "form", "updated_at"])
    _fill(held, {code: value for code, value in told.items() if code in known}, by, now)
    journal.record("application_second_stage", held, by=by, at=now, space_id=held.edition.space_id)
    return held
