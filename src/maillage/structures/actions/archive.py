"""End and return of a structure's page. Nothing is deleted: an archived page can come back."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.hold import hold
from maillage.structures.enums import State
from maillage.structures.models import Structure


def archive_structure(
    structure: Structure, *, reason: str, by: User, now: datetime, space: Space
) -> None:
    """Take the page out of the public directory; its address then says that it is gone."""
    _move(structure, State.ARCHIVED, action="archive", reason=reason, by=by, now=now, space=space)


def restore_structure(structure: Structure, *, by: User, now: datetime, space: Space) -> None:
    """Bring an archived or ceased page back."""
    dates = {"ceased_on": None}
    _move(structure, State.ACTIVE, dates, action="restore", reason="", by=by, now=now, space=space)


def mark_ceased(
    structure: Structure,
    *,
    by: User,
    now: datetime,
    space: Space,
    on: date | None = None,
    reason: str = "",
) -> None:
    """Say that the structure has ended its activity, on a date when it is known."""
    dates = {"ceased_on": on}
    _move(
        structure, State.CEASED, dates, action="cease", reason=reason, by=by, now=now, space=space
    )


@transaction.atomic
def _move(
    structure: Structure,
    state: str,
    dates: Mapping[str, date | None] | None = None,
    *,
    action: str,
    reason: str,
    by: User,
    now: datetime,
    space: Space,
) -> None:
    hold(structure)
    before = structure.state
    structure.state = state
    for name, day in (dates or {}).items():
        setattr(structure, name, day)
    owner = {"source": "agent", "by": by.pk, "at": now.isoformat(), "date": now.date().isoformat()}
    structure.provenance["state"] = owner
    structure.save(update_fields=["state", "ceased_on", "provenance", "updated_at"])
    journal.record(
        action,
        structure,
        by=by,
        at=now,
        changes={"state": [before, str(state)]},
        reason=reason,
        space_id=space.pk,
    )
    after_write(structures={structure.pk}, now=now)
