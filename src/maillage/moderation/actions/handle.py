"""What an agent does with a contribution before deciding: ask, put off, hand over, attach to a page."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.moderation.actions.deciding import note, take, words
from maillage.moderation.actions.telling import tell_agents, tell_contributor
from maillage.moderation.enums import Kind, State
from maillage.moderation.lib.fields import IDENTIFIERS
from maillage.moderation.lib.text import paragraphs
from maillage.moderation.models import Contribution, ContributionMessage
from maillage.moderation.notices import ASSIGNED, QUESTION
from maillage.moderation.queries.current import current_values
from maillage.moderation.queries.scope import agents_of
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.structures.models import Establishment, Structure


@transaction.atomic
def ask(
    contribution: Contribution,
    text: str,
    *,
    by: User,
    now: datetime,
    space: Space,
    version: int | None,
) -> Contribution:
    """Send a question; the contribution waits for the answer. Needs somebody who can be reached."""
    held = take(contribution, version)
    if not (held.contributor_id or held.email):
        raise ValidationError(
            {"text": ["Cette personne n'a pas laissé d'adresse : elle ne peut pas répondre."]}
        )
    said = words(paragraphs(text), needed="Écrivez votre question.")
    before = held.state
    _say(held, ContributionMessage.Side.AGENT, said, by=by, now=now)
    held.state, held.version = State.ASKED, held.version + 1
    held.assigned_to = held.assigned_to or by
    held.save(update_fields=["state", "version", "assigned_to"])
    tell_contributor(held, QUESTION, {"question": said}, now=now)
    note(held, "contribution_asked", before, by=by, now=now, space=space)
    return held


@transaction.atomic
def write_note(contribution: Contribution, text: str, *, by: User, now: datetime) -> None:
    """A word between agents, never sent."""
    said = words(paragraphs(text), needed="Écrivez la note.")
    _say(contribution, ContributionMessage.Side.NOTE, said, by=by, now=now)


def _say(held: Contribution, side: str, text: str, *, by: User, now: datetime) -> None:
    ContributionMessage.objects.create(contribution=held, side=side, by=by, at=now, text=text)


@transaction.atomic
def snooze(
    contribution: Contribution,
    until: date,
    *,
    by: User,
    now: datetime,
    today: date,
    space: Space,
    version: int | None,
) -> Contribution:
    """Out of the way until a day to come; it is back in the queue on that day."""
    held = take(contribution, version)
    if until <= today:
        raise ValidationError({"until": ["Choisissez un jour à venir."]})
    if (until - today).days > 366:
        raise ValidationError({"until": ["Choisissez un jour avant un an."]})
    before, held.state = held.state, State.SNOOZED
    held.snoozed_until, held.version = until, held.version + 1
    held.save(update_fields=["state", "snoozed_until", "version"])
    note(held, "contribution_snoozed", before, by=by, now=now, space=space)
    return held


@transaction.atomic
def resume(
    contribution: Contribution, *, by: User, now: datetime, space: Space, version: int | None
) -> Contribution:
    """Back in the queue now."""
    held = take(contribution, version)
    before, held.state = held.state, State.OPEN
    held.snoozed_until, held.version = None, held.version + 1
    held.save(update_fields=["state", "snoozed_until", "version"])
    note(held, "contribution_resumed", before, by=by, now=now, space=space)
    return held


@transaction.atomic
def assign(
    contribution: Contribution, to: User | None, *, by: User, now: datetime, space: Space
) -> Contribution:
    """Hand over to an agent of the space, who is told; None puts it back in common.

    Whoever has it, a decision already made stays: raises `StaleError`.
    """
    held = take(contribution, None)
    if to is not None and to not in agents_of(space):
        raise ValidationError({"to": ["Choisissez un agent de cet espace."]})
    if held.assigned_to_id == (to.pk if to else None):
        return held
    held.assigned_to = to
    held.save(update_fields=["assigned_to"])
    note(held, "contribution_assigned", held.state, by=by, now=now, space=space)
    if to is not None and to != by:
        tell_agents(space, [to], held, ASSIGNED, {"agent": str(by)}, now=now)
    return held


@transaction.atomic
def attach(
    contribution: Contribution,
    structure: "Structure",
    *,
    by: User,
    now: datetime,
    space: Space,
    version: int | None,
) -> Contribution:
    """Turn a proposal, or what spoke of a page now gone, into a correction of `structure`.

    Fields that the page already says, and empty ones, are dropped; a number (SIREN, RNA, SIRET) that
    the page has is never proposed against it.
    """
    held = take(contribution, version)
    if held.kind not in {Kind.PROPOSE, Kind.CORRECT}:
        raise ValidationError("Seule une proposition ou une correction se rattache à une fiche.")
    place = _place_for(structure, held)
    now_there = current_values(structure, place)
    held.details = {
        **held.details,
        "attached": {"kind": held.kind, "subject": held.subject, "fields": held.fields},
        "place": place.pk if place else None,
    }
    held.fields = {
        name: value
        for name, value in held.fields.items()
        if value and value != now_there[name] and not (name in IDENTIFIERS and now_there[name])
    }
    held.seen = {name: now_there[name] for name in held.fields}
    held.kind, held.structure, held.subject = Kind.CORRECT, structure, structure.name
    held.version += 1
    held.save()
    note(held, "contribution_attached", held.state, by=by, now=now, space=space)
    return held


def _place_for(structure: "Structure", held: Contribution) -> "Establishment | None":
    """The structure's place in the commune of the contribution, else its head office."""
    places = list(structure.establishments.filter(state="active"))
    near = [place for place in places if place.municipality_code == held.municipality_code]
    return next(iter([*near, *places]), None)
