"""What every act on an edition shares: the row held, the version compared, the step checked, the journal."""

from datetime import datetime
from typing import Any

from maillage.accounts.models import User
from maillage.calls.lib import machine
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Edition
from maillage.core import journal

# Deposits write `last_number` their own way: it is never written here.
_WRITTEN = [
    field.name for field in Edition._meta.concrete_fields if field.name not in {"id", "last_number"}
]


class StaleEditionError(StepRefused):
    """Somebody changed the call since the page was made."""

    def __init__(self) -> None:
        super().__init__(
            "Une autre personne a modifié cet appel entre-temps. Relisez-le, puis recommencez : ce que vous avez "
            "écrit est gardé sur cette page."
        )


def take(edition: Edition, version: int | None = None) -> Edition:
    """The row as it is stored, held until the end of the transaction.

    Raises `StaleEditionError` when it is not the `version` that was read (None: any).
    """
    held = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("space", "programme", "envelope")
        .get(pk=edition.pk)
    )
    if version not in {None, held.version}:
        raise StaleEditionError
    return held


def step(held: Edition, after: str, label: str) -> tuple[str, str]:
    """Write the new status on the row, unsaved; both codes, for the journal. Raises `StepRefused`."""
    machine.check_step(machine.EDITION, held.status, after, label)
    before, held.status = held.status, after
    return before, after


def keep(
    held: Edition,
    action: str,
    *,
    by: User | None,
    now: datetime,
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> Edition:
    """Save the row, one version further, and tell the journal."""
    held.version += 1
    held.save(update_fields=_WRITTEN)
    journal.record(
        action, held, by=by, at=now, changes=changes, reason=reason, space_id=held.space_id
    )
    return held
