"""Come back to a version: a new edit that says so, written over nothing that moved meanwhile."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from maillage.core.models import JournalEntry, Upload
from maillage.portal.queries.versions import Plan, plan_to
from maillage.structures.actions.hold import hold
from maillage.structures.actions.kept import add_kept, edit_kept, remove_kept
from maillage.structures.actions.save import save_establishment, set_terms, update_structure
from maillage.structures.models import Establishment, Structure, Term
from maillage.structures.queries.kept import KINDS

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space


def restore(
    structure: Structure,
    entry: JournalEntry,
    seen: str,
    *,
    by: "User",
    now: datetime,
    space: "Space | None" = None,
) -> Plan | None:
    """Write the way back to `entry`, unless it is no longer the one `seen` (`Plan.print`).

    Returns the present plan when it moved, nothing being written then; None when all is done.
    """
    with transaction.atomic():
        hold(structure)
        plan = plan_to(structure, entry, by_agent=space is not None)
        if plan.print != seen:
            return plan
        said = date_format(timezone.localtime(entry.at), "j F Y à H:i")
        given: dict[str, Any] = {
            "by": by,
            "now": now,
            "space": space,
            "reason": f"Retour à la version du {said}.",
        }
        if plan.fields:
            update_structure(structure, plan.fields, **given)
        for key, fields in plan.places.items():
            place = structure.establishments.get(pk=key)
            save_establishment(structure, fields, establishment=place, **given)
        if plan.terms:
            set_terms(structure, plan.terms["codes"], plan.terms["main"], **given)
        for (code, key), values in plan.rows.items():
            _restore_row(structure, code, key, values, given)
    return None


def _restore_row(
    structure: Structure,
    code: str,
    key: int,
    values: dict[str, Any] | None,
    given: dict[str, Any],
) -> None:
    manager: Any = KINDS[code].model._default_manager
    row = manager.filter(structure=structure, pk=key).first()
    if values is None:
        if row is not None:
            remove_kept(row, **given)
        return
    fields = {name: _object(name, value) for name, value in values.items()}
    if row is not None:
        edit_kept(row, fields, **given)
    else:
        add_kept(structure, code, fields, **given)


def _object(name: str, value: Any) -> Any:
    """What the journal keeps as a key or a text, as the field holds it."""
    models: dict[str, Any] = {"audience": Term, "establishment": Establishment, "upload": Upload}
    if value is not None and name in models:
        return models[name].objects.filter(pk=value).first()
    if name == "until" and value:
        return datetime.fromisoformat(value).date()
    return value
