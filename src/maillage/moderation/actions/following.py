"""What a contributor does with their own contribution after sending it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.core import journal
from maillage.moderation.actions.telling import tell_agents
from maillage.moderation.enums import PENDING, State
from maillage.moderation.lib.text import paragraphs
from maillage.moderation.models import Contribution, ContributionMessage
from maillage.moderation.notices import REPLIED
from maillage.moderation.queries.scope import agents_of

MOST_REPLIES = 20


@transaction.atomic
def reply(contribution: Contribution, text: str, *, now: datetime) -> None:
    """Answer the agents; a contribution that waited for it comes back to the queue.

    Raises `ValidationError` for an empty text, a contribution that is decided, or too many answers.
    """
    held = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if held.state not in PENDING:
        raise ValidationError("Cet envoi est clos : il n'attend plus de réponse.")
    said = paragraphs(text)[:4000]
    if not said:
        raise ValidationError("Écrivez votre réponse.")
    mine = held.thread.filter(side=ContributionMessage.Side.CONTRIBUTOR)
    if mine.count() >= MOST_REPLIES:
        raise ValidationError("Vous avez déjà beaucoup écrit : attendez la réponse d'un agent.")
    ContributionMessage.objects.create(
        contribution=held,
        side=ContributionMessage.Side.CONTRIBUTOR,
        by=held.contributor,
        at=now,
        text=said,
    )
    if held.state == State.ASKED:
        held.state = State.OPEN
    held.version += 1
    held.save(update_fields=["state", "version"])
    journal.record(
        "contribution_replied", held, by=held.contributor, at=now, space_id=held.space_id
    )
    asking = [held.assigned_to] if held.assigned_to else agents_of(held.space)
    tell_agents(held.space, asking, held, REPLIED, {"reply": said}, now=now)
    contribution.refresh_from_db()


@transaction.atomic
def withdraw(contribution: Contribution, *, now: datetime) -> None:
    """Take the contribution back before it is decided. Raises `ValidationError` afterwards."""
    held = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if held.state not in {State.UNVERIFIED, *PENDING}:
        raise ValidationError("Cet envoi est clos : il ne peut plus être retiré.")
    before, held.state = held.state, State.WITHDRAWN
    held.decided_at, held.version = now, held.version + 1
    held.save(update_fields=["state", "decided_at", "version"])
    journal.record(
        "contribution_withdrawn",
        held,
        by=held.contributor,
        at=now,
        changes={"state": [before, held.state]},
        space_id=held.space_id,
    )
    contribution.refresh_from_db()
