"""Writing structures from the management pages."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.core import journal
from maillage.portal.lib import wire
from maillage.structures.actions.save import (
    EditConflict,
    create_structure,
    save_establishment,
    update_structure,
)
from maillage.structures.models import Structure

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space

_ATTEMPTS = 3


@transaction.atomic
def create_with_place(
    space: "Space",
    fields: dict[str, Any],
    place: dict[str, Any],
    *,
    by: "User",
    now: datetime,
) -> Structure:
    """A structure typed by hand, with its main place: without one it would be in no space."""
    structure = create_structure(fields, by=by, now=now, space=space)
    save_establishment(structure, place, by=by, now=now, space=space)
    return structure


def save_or_conflicts(
    structure: Structure,
    changes: dict[str, Any],
    seen: dict[str, str],
    *,
    by: "User",
    now: datetime,
    space: "Space",
) -> dict[str, Any]:
    """Write `changes`, unless someone else changed one of the same fields since `seen`.

    `seen` holds the values the person was shown, as text (see `wire`). Returns the stored values of
    the fields in conflict, nothing being written then; an empty dict means that all is saved.
    """
    for _ in range(_ATTEMPTS):
        structure.refresh_from_db()
        conflicts = {
            name: getattr(structure, name)
            for name, value in changes.items()
            if wire(getattr(structure, name)) not in (seen.get(name, ""), wire(value))
        }
        if conflicts or not changes:
            return conflicts
        try:
            update_structure(
                structure,
                changes,
                by=by,
                now=now,
                space=space,
                expected_updated_at=structure.updated_at,
            )
        except EditConflict:
            continue
        return {}
    return {name: getattr(structure, name) for name in changes}


@transaction.atomic
def mark_checked(structure: Structure, *, by: "User", now: datetime, space: "Space") -> None:
    """A person says that the whole sheet is right today: its age is counted from now."""
    before = structure.confirmed_at.isoformat() if structure.confirmed_at else None
    structure.confirmed_at, structure.confirmed_by = now, by
    structure.save(update_fields=["confirmed_at", "confirmed_by", "updated_at"])
    journal.record(
        "confirmed",
        structure,
        by=by,
        at=now,
        changes={"confirmed_at": [before, now.isoformat()]},
        space_id=space.pk,
    )
    journal.tick("structures")
