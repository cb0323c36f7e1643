"""How long a decision can be taken back, and which ones an agent has just made."""

from datetime import datetime, timedelta

from maillage.accounts.models import User
from maillage.moderation.enums import DECIDED
from maillage.moderation.models import Contribution
from maillage.moderation.queries.scope import seen_from
from maillage.spaces.models import Space

UNDO = timedelta(minutes=5)  # the letter leaves after it


def can_undo(contribution: Contribution, *, now: datetime) -> bool:
    """Whether the page may offer it; `undo` has the last word."""
    return (
        contribution.state in DECIDED
        and contribution.decided_at is not None
        and now - contribution.decided_at < UNDO
        and not contribution.outcome.keys() & {"live", "final"}
    )


def just_decided(space: Space, by: User, *, now: datetime) -> list[Contribution]:
    """The last decision of this agent, with those made at the same moment (a bulk), while it can be undone."""
    mine = (
        seen_from(space)
        .filter(decided_by=by, decided_at__gt=now - UNDO, state__in=DECIDED)
        .order_by("-decided_at", "pk")
    )
    rows = [row for row in mine[:100] if can_undo(row, now=now)]
    return [row for row in rows if row.decided_at == rows[0].decided_at]
