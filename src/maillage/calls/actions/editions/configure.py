"""Save one step of the assistant, and only it; change who is on the team."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from maillage.accounts.models import User
from maillage.calls.actions.editions.create import free_slug
from maillage.calls.actions.editions.holding import keep, take
from maillage.calls.enums import EditionStatus, TeamKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.steps import PRESENTATION, Step
from maillage.calls.models import Edition, TeamMember
from maillage.core import journal
from maillage.moderation.queries.scope import agents_of
from maillage.spaces.permissions import may

EDITABLE = frozenset({EditionStatus.DRAFT, EditionStatus.CHECKING})
_PUBLISHED = (
    "Cet appel est publié : il ne se modifie plus ainsi. Prolongez-le, ou publiez un erratum."
)


@transaction.atomic
def save_step(
    edition: Edition,
    step: Step,
    values: dict[str, Any],
    *,
    by: User,
    now: datetime,
    version: int | None,
) -> Edition:
    """Write the columns of `step`. Raises `StaleEditionError`, and `StepRefused` once published."""
    held = take(edition, version)
    if held.status not in EDITABLE:
        raise StepRefused(_PUBLISHED)
    changes = {}
    for name in step.fields:
        before, after = getattr(held, name), values[name]
        if before != after:
            changes[name] = [_plain(before), _plain(after)]
            setattr(held, name, after)
    if not changes:
        return held
    _follow(held, changes)
    if step == PRESENTATION and "title" in changes:
        held.slug = ""
        held.slug = free_slug(Edition, held.space, held.title, 80)
    return keep(held, "edition.configured", by=by, now=now, changes=changes, reason=step.title)


def _follow(held: Edition, changes: dict[str, Any]) -> None:
    """Forms that are not frozen offer the themes of the call, and ask no more than its cap."""
    if not {"themes", "amount_max"} & set(changes):
        return
    for form in held.forms.filter(frozen_at=None):
        fields = [
            one for section in form.definition.get("sections", ()) for one in section["fields"]
        ]
        for one in fields:
            if one.get("meaning") == "theme" and "themes" in changes and held.themes:
                one["choices"] = [[theme["code"], theme["label"]] for theme in held.themes]
            if one.get("meaning") == "requested" and one.get("maximum") and held.amount_max:
                one["maximum"] = str(held.amount_max)
        form.edits += 1
        form.save(update_fields=["definition", "edits"])


@transaction.atomic
def name_member(edition: Edition, user: User, kind: str, *, by: User, now: datetime) -> TeamMember:
    """Raises `StepRefused` for who is no agent of the space: a call is kept by the authority's own people.

    Who decides and notifies is named by an administrator of the space only: no agent gives themselves that power.
    """
    if user not in agents_of(edition.space):
        raise StepRefused("Choisissez un agent de l'espace.")
    if kind == TeamKind.AUTHORITY and not may("space.administer", by, edition.space):
        raise StepRefused(
            "Seule une personne qui administre l'espace désigne l'ordonnatrice ou l'ordonnateur."
        )
    member, is_new = TeamMember.objects.get_or_create(edition=edition, user=user, kind=kind)
    if is_new:
        _tell(edition, member, ["", kind], by=by, now=now)
    return member


@transaction.atomic
def remove_member(member: TeamMember, *, by: User, now: datetime) -> None:
    _tell(member.edition, member, [member.kind, ""], by=by, now=now)
    member.delete()


def _tell(
    edition: Edition, member: TeamMember, change: list[str], *, by: User, now: datetime
) -> None:
    labels = [str(TeamKind(kind).label) if kind else "" for kind in change]
    journal.record(
        "edition.team",
        edition,
        by=by,
        at=now,
        changes={"team": labels, "user": [member.user_id, member.user_id]},
        space_id=edition.space_id,
    )


def _plain(value: object) -> object:
    """As the journal keeps it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, models.Model) else value
