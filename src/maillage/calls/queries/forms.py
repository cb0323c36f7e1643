"""Forms of an edition, by stage and version."""

from statistics import median

from maillage.calls.enums import ApplicationStatus, Stage
from maillage.calls.models import Application, Edition, FormVersion
from maillage.calls.querysets import ApplicationQuerySet


def stages_of(edition: Edition) -> list[Stage]:
    """Stages whose form an edition needs."""
    return (
        [Stage.PRE, Stage.FULL, Stage.REPORT] if edition.two_stages else [Stage.FULL, Stage.REPORT]
    )


def current_form(edition: Edition, stage: str = Stage.FULL) -> FormVersion | None:
    """The last frozen version: the one that new files are written on."""
    return (
        FormVersion.objects.filter(edition=edition, stage=stage, frozen_at__isnull=False)
        .order_by("-number")
        .first()
    )


def working_form(edition: Edition, stage: str = Stage.FULL) -> FormVersion | None:
    """The version being written, if there is one; agents only."""
    return (
        FormVersion.objects.filter(edition=edition, stage=stage, frozen_at=None)
        .order_by("-number")
        .first()
    )


def latest_form(edition: Edition, stage: str = Stage.FULL) -> FormVersion | None:
    """The last version, frozen or not: what agents see."""
    return FormVersion.objects.filter(edition=edition, stage=stage).order_by("-number").first()


def drafts_to_move(form: FormVersion) -> int:
    """Drafts written on an older version than `form`; they follow it when it is published."""
    return _older(form).filter(status=ApplicationStatus.DRAFT).count()


def deposited_before(form: FormVersion) -> int:
    """Files deposited on an older version: they keep it."""
    return _older(form).exclude(status=ApplicationStatus.DRAFT).count()


def _older(form: FormVersion) -> ApplicationQuerySet:
    return Application.objects.filter(
        edition=form.edition_id,
        stage=form.stage,
        form__stage=form.stage,
        form__number__lt=form.number,
    )


def measured_minutes(edition: Edition) -> int | None:
    """Median time spent on the files deposited to this edition, or else to the one it was cloned from."""
    for held in (edition.pk, edition.cloned_from_id):
        spent: list[int] = list(
            Application.objects.filter(
                edition=held, deposits__gt=0, seconds_spent__gt=0, anonymised_at=None
            ).values_list("seconds_spent", flat=True)
        )
        if held and len(spent) >= 3:
            return round(float(median(spent)) / 60)
    return None
