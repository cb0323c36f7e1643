"""Services, pictures, documents, links and teasers: what a structure's people add about it.

Each act is one line of the structure's journal: `service 12 name` for a field that moved, `service 12` for a
row that came (`[None, values]`) or went (`[values, None]`), `service order` for the order.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from maillage.accounts.models import User
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.hold import hold
from maillage.structures.enums import LinkKind
from maillage.structures.models import Establishment, Structure
from maillage.structures.queries.kept import KINDS, Kind, network_of, rows_of, values_of


@transaction.atomic
def add_kept(
    structure: Structure,
    code: str,
    fields: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
    space: Space | None = None,
    reason: str = "",
) -> Any:
    """A new row of the kind `code` at the end of its list. Raises `ValidationError`."""
    kind = KINDS[code]
    hold(structure)
    rows = rows_of(structure, kind)
    if len(rows) >= kind.most:
        raise ValidationError(
            f"Cette fiche a déjà {kind.most} {kind.several}, le plus possible : retirez-en pour en ajouter."
        )
    row: Any = kind.model(
        structure=structure, position=max((one.position for one in rows), default=0) + 1
    )
    _set(row, kind, fields)
    row.save()
    changes = {f"{code} {row.pk}": [None, values_of(row, kind.fields)]}
    _finish(structure, changes, by=by, now=now, space=space, reason=reason)
    return row


@transaction.atomic
def edit_kept(
    row: Any,
    changes: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
    space: Space | None = None,
    reason: str = "",
) -> dict[str, list[Any]]:
    """Write `changes` and return `{field: [before, after]}` of what really changed."""
    kind = kind_of(row)
    structure = row.structure
    hold(structure)
    row.refresh_from_db()
    before = values_of(row, kind.fields)
    _set(row, kind, changes)
    after = values_of(row, kind.fields)
    made = {
        name: [before[name], after[name]] for name in kind.fields if before[name] != after[name]
    }
    if made:
        row.save()
        named = {f"{kind.code} {row.pk} {name}": pair for name, pair in made.items()}
        _finish(structure, named, by=by, now=now, space=space, reason=reason)
    return made


@transaction.atomic
def remove_kept(
    row: Any, *, by: User, now: datetime, space: Space | None = None, reason: str = ""
) -> None:
    """The journal keeps its text; its file goes with the nightly sweep of files that nothing names."""
    kind, structure = kind_of(row), row.structure
    hold(structure)
    changes = {f"{kind.code} {row.pk}": [values_of(row, kind.fields), None]}
    if type(row)._default_manager.filter(pk=row.pk).delete()[0]:
        _finish(structure, changes, by=by, now=now, space=space, reason=reason)


@transaction.atomic
def move_kept(row: Any, *, up: bool, by: User, now: datetime, space: Space | None = None) -> None:
    """Change places with the row above or below; at an end of the list nothing moves."""
    kind, structure = kind_of(row), row.structure
    hold(structure)
    rows = rows_of(structure, kind)
    keys = [one.pk for one in rows]
    if row.pk not in keys:
        return
    at = keys.index(row.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    for position, one in enumerate(rows, start=1):
        one.position = position
    manager: Any = kind.model._default_manager
    manager.bulk_update(rows, ["position"])
    changes = {f"{kind.code} order": [keys, [one.pk for one in rows]]}
    _finish(structure, changes, by=by, now=now, space=space, reason="")


def kind_of(row: Model) -> Kind:
    return next(kind for kind in KINDS.values() if isinstance(row, kind.model))


def _set(row: Any, kind: Kind, fields: Mapping[str, Any]) -> None:
    """Set and check. Unknown names are a programming error; a place must be the structure's own."""
    for name, value in fields.items():
        if name not in kind.fields:
            raise KeyError(name)
        setattr(row, name, value)
    place = getattr(row, "establishment", None)
    if isinstance(place, Establishment) and place.structure_id != row.structure_id:
        raise ValidationError({"establishment": "Ce lieu n'est pas de cette structure."})
    if kind.code == "link":
        _name_the_network(row)
    # Keys of other tables are objects that were just read.
    row.full_clean(exclude=["structure", "upload", "establishment", "audience"])


def _name_the_network(link: Any) -> None:
    network = network_of(link.url)
    if link.kind == LinkKind.SOCIAL and network and not link.label:
        link.label = network


def _finish(
    structure: Structure,
    changes: dict[str, Any],
    *,
    by: User,
    now: datetime,
    space: Space | None,
    reason: str,
) -> None:
    structure.save(update_fields=["updated_at"])
    journal.record(
        "edit",
        structure,
        by=by,
        at=now,
        changes=changes,
        reason=reason,
        space_id=space.pk if space else None,
    )
    after_write(structures={structure.pk}, now=now)
