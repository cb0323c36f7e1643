"""Writing a structure and what belongs to it, unless somebody else just did."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from maillage.structures.actions.hold import hold
from maillage.structures.lib import wire
from maillage.structures.models import Structure


def save_or_conflicts(
    structure: Structure,
    target: Any,
    changes: Mapping[str, Any],
    seen: Mapping[str, str],
    write: Callable[[], object],
) -> dict[str, Any]:
    """Call `write`, unless someone else changed one of the same fields of `target` since `seen`.

    `seen` holds the values the person was shown, as text (see `wire`). Returns the stored values of the
    fields in conflict, nothing being written then; an empty dict means that all is saved. `target` is the
    structure or a row of it; raises its `DoesNotExist` when it was removed meanwhile.
    """
    with transaction.atomic():
        hold(structure)
        if target is not structure:
            target.refresh_from_db()
        conflicts = {
            name: getattr(target, name)
            for name, value in changes.items()
            if name in seen and wire(getattr(target, name)) not in (seen[name], wire(value))
        }
        if not conflicts and changes:
            write()
        return conflicts
