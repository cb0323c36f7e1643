"""Which decisions on declared needs an agent may still take back."""

from datetime import datetime, timedelta

from maillage.accounts.models import User
from maillage.observatory.models import DeclaredNeed
from maillage.spaces.models import Space

UNDO = timedelta(minutes=5)  # the letter leaves after it


def can_undo(declared: DeclaredNeed, *, now: datetime) -> bool:
    """Whether the page may offer it; `undo` has the last word."""
    return bool(
        declared.outcome.get("before")
        and declared.decided_at is not None
        and now - declared.decided_at < UNDO
    )


def just_decided(space: Space, by: User, *, now: datetime) -> list[DeclaredNeed]:
    """The last decision of this agent, with those made at the same moment (a bulk), while it can be undone."""
    mine = DeclaredNeed.objects.filter(
        space=space, decided_by=by, decided_at__gt=now - UNDO
    ).order_by("-decided_at", "pk")
    rows = [row for row in mine[:100] if can_undo(row, now=now)]
    return [row for row in rows if row.decided_at == rows[0].decided_at]
