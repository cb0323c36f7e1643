"""What every decision shares: the row held, the version compared, the end written and told."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from maillage.accounts.models import User
from maillage.core import journal
from maillage.moderation.actions.telling import tell_contributor
from maillage.moderation.enums import PENDING, State
from maillage.moderation.models import Contribution
from maillage.moderation.notices import DECIDED
from maillage.moderation.queries.undoing import UNDO
from maillage.spaces.models import Space


class StaleError(Exception):
    """Somebody decided, or something arrived, since the agent's page was made: look again."""

    def __init__(self, contribution: Contribution) -> None:
        self.contribution = contribution
        super().__init__("Cette contribution a changé entre-temps.")


def take(contribution: Contribution, version: int | None) -> Contribution:
    """The row as it is stored, held until the end of the transaction.

    Raises `StaleError` when it is no longer in the queue, or is not the `version` that was read
    (None: whatever it has become, as long as it is in the queue).
    """
    held = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("space", "structure", "contributor", "decided_by")
        .get(pk=contribution.pk)
    )
    if held.state not in PENDING or version not in {None, held.version}:
        raise StaleError(held)
    return held


def end(
    held: Contribution,
    state: str,
    *,
    by: User,
    now: datetime,
    space: Space,
    outcome: dict[str, Any],
    reason: str = "",
    answer: str = "",
    decision: str = "",
) -> None:
    """Write the end of a contribution; `decision` is told to who sent it, once it can no longer be undone."""
    before = held.state
    held.state, held.version = state, held.version + 1
    held.decided_by, held.decided_at = by, now
    held.reason, held.answer = reason, answer
    letters = tell_contributor(held, DECIDED, {"decision": decision}, now=now, after=UNDO)
    held.outcome = {**outcome, "from": before, "letters": letters}
    held.save()
    note(held, "contribution_decided", before, by=by, now=now, space=space, reason=reason)


def note(
    held: Contribution,
    action: str,
    before: str,
    *,
    by: User,
    now: datetime,
    space: Space,
    reason: str = "",
) -> None:
    """One line of the journal."""
    journal.record(
        action,
        held,
        by=by,
        at=now,
        changes={"state": [before, held.state]},
        reason=reason,
        space_id=space.pk,
    )


def words(text: str, *, needed: str) -> str:
    """A text that is sent. Raises `ValidationError` with `needed` when there is none."""
    if not text.strip():
        raise ValidationError({"text": [needed]})
    return text.strip()[:4000]


def reopened(held: Contribution) -> str:
    """The state in which an undone or resumed contribution waits."""
    return held.outcome.get("from") or State.OPEN
