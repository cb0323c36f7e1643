"""From draft to published: checks passed, then a second look, by another person where there is one."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.editions.holding import keep, step, take
from maillage.calls.actions.editions.run import open_held
from maillage.calls.enums import EditionStatus
from maillage.calls.lib import checks
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Edition
from maillage.calls.notices.editions import SENT_BACK, TO_CHECK
from maillage.calls.queries.publication import needed_forms, remarks_of
from maillage.moderation.queries.scope import agents_of


class NotReadyError(StepRefused):
    """Blocking remarks remain."""

    def __init__(self, remarks: list[checks.Remark]) -> None:
        self.remarks = remarks
        count = len(remarks)
        more = f" Et {count - 1} autre{'s' if count > 2 else ''} à régler." if count > 1 else ""
        super().__init__(f"L'appel n'est pas prêt. {remarks[0].text}{more}")


@transaction.atomic
def ask_check(edition: Edition, *, by: User, now: datetime, version: int | None) -> Edition:
    """Hand it over for a second look; the other agents are told. Raises `NotReadyError`, `StepRefused`."""
    held = take(edition, version)
    _ready(held, now)
    before, after = step(held, EditionStatus.CHECKING, "Demander la relecture")
    others = [one for one in agents_of(held.space) if one != by]
    tell(others, TO_CHECK, _words(held), now=now, link=_link(held), space_id=held.space_id)
    return keep(held, "edition.to_check", by=by, now=now, changes={"status": [before, after]})


@transaction.atomic
def send_back(
    edition: Edition, *, reason: str, by: User, now: datetime, version: int | None
) -> Edition:
    """Back to draft, with what is to change; who created it is told."""
    held = take(edition, version)
    if not reason.strip():
        raise StepRefused("Dites ce qu'il faut reprendre.")
    before, after = step(held, EditionStatus.DRAFT, "Renvoyer en brouillon")
    if held.created_by is not None and held.created_by != by:
        values = _words(held) | {"reason": reason.strip()}
        tell(
            [held.created_by], SENT_BACK, values, now=now, link=_link(held), space_id=held.space_id
        )
    changes = {"status": [before, after]}
    return keep(held, "edition.sent_back", by=by, now=now, changes=changes, reason=reason.strip())


@transaction.atomic
def schedule(edition: Edition, *, by: User, now: datetime, version: int | None) -> Edition:
    """Publish: forms are frozen, the call is announced, and opens at its instant (at once when it has come).

    Raises `StepRefused` when the person who prepared it is not alone and would be the only one to have read it.
    """
    held = take(edition, version)
    refusal = second_look(held, by)
    if refusal:
        raise StepRefused(refusal)
    _ready(held, now)
    before, after = step(held, EditionStatus.SCHEDULED, "Publier")
    held.published_at, held.published_by = now, by
    for form in needed_forms(held):
        if form.version is not None and form.version.frozen_at is None:
            form.version.frozen_at = now
            form.version.save(update_fields=["frozen_at"])
    keep(held, "edition.scheduled", by=by, now=now, changes={"status": [before, after]})
    if held.opens_at is not None and held.opens_at <= now:
        open_held(held, now=now)
    return held


def second_look(edition: Edition, by: User) -> str:
    """Why this person should leave the publication to another; empty when they may publish."""
    if edition.created_by_id != by.pk:
        return ""
    others = [one for one in agents_of(edition.space) if one != by]
    if not others:
        return ""
    return "Vous avez préparé cet appel : demandez à une autre personne de l'espace de le relire et de le publier."


def _ready(held: Edition, now: datetime) -> None:
    left = checks.blocking(remarks_of(held, now))
    if left:
        raise NotReadyError(left)


def _words(held: Edition) -> dict[str, str]:
    return {"title": held.title, "space": held.space.name}


def _link(held: Edition) -> str:
    return f"{settings.BASE_URL}{reverse('editions:one', args=[held.space.slug, held.pk])}"
