"""Writing structures from the management pages."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from maillage.structures.actions.save import EditConflictError, update_structure
from maillage.structures.lib import wire
from maillage.structures.models import Structure

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space

_ATTEMPTS = 3


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
        except EditConflictError:
            continue
        return {}
    return {name: getattr(structure, name) for name in changes}
