"""What decisions on declared needs share: the row held, the version compared, the past kept for « défaire »."""

from datetime import datetime
from typing import Any

from maillage.accounts.models import User
from maillage.core import journal
from maillage.observatory.models import DeclaredNeed

_KEPT = (
    "state",
    "need_code",
    "municipality_code",
    "neighbourhood_id",
    "merged_into_id",
    "decided_by_id",
    "reason",
    "answer",
)


class StaleError(Exception):
    """Somebody decided since the agent's page was made: look again."""

    def __init__(self, declared: DeclaredNeed) -> None:
        self.declared = declared
        super().__init__("Ce besoin a changé entre-temps.")


def take(declared: DeclaredNeed, version: int | None, states: tuple[str, ...]) -> DeclaredNeed:
    """The row as it is stored, held until the end of the transaction, with its past in `outcome`.

    Raises `StaleError` when it is in none of `states` or not the `version` that was read (None: any).
    """
    held = (
        DeclaredNeed.objects.select_for_update(of=("self",))
        .select_related("space", "author", "decided_by", "neighbourhood")
        .get(pk=declared.pk)
    )
    if held.state not in states or version not in {None, held.version}:
        raise StaleError(held)
    before = {name: getattr(held, name) for name in _KEPT}
    before["decided_at"] = held.decided_at.isoformat() if held.decided_at else ""
    held.outcome = {"before": before}
    return held


def end(held: DeclaredNeed, state: str, *, by: User, now: datetime) -> None:
    """Write what was decided, and one line of the journal."""
    before: dict[str, Any] = held.outcome["before"]
    held.state, held.version = state, held.version + 1
    held.decided_by, held.decided_at = by, now
    held.save()
    changes = {
        name: [before[name], getattr(held, name)]
        for name in ("state", "need_code", "municipality_code", "merged_into_id")
        if before[name] != getattr(held, name)
    }
    journal.record(
        "declared_decided",
        held,
        by=by,
        at=now,
        changes=changes,
        reason=held.reason,
        space_id=held.space_id,
    )


def put_back(held: DeclaredNeed) -> None:
    """As it was before the last decision; not saved."""
    before = held.outcome["before"]
    for name in _KEPT:
        setattr(held, name, before[name])
    at = before["decided_at"]
    held.decided_at = datetime.fromisoformat(at) if at else None
    held.outcome = {}
    held.version += 1
