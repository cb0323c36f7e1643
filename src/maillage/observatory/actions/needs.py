"""Keep the catalogue of a space: write a need, put one aside, take one back."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.core import journal
from maillage.observatory.lib.catalogue import NeedSheet, shipped
from maillage.observatory.models import Need
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

CLOCK = "needs"
FIELDS = ("theme", "label", "question", "description", "terms", "activities", "target", "reach")


def save_need(
    space: Space, code: str, values: dict[str, Any], *, by: "User | None", now: datetime
) -> Need:
    """Write the sheet `code` of the space, with the fields of `FIELDS`; a shipped code is replaced here only."""
    with transaction.atomic():
        known = Need.objects.filter(space=space, code=code).first()
        before = {name: getattr(known, name) for name in FIELDS} if known else _shipped(code)
        need, _made = Need.objects.update_or_create(
            space=space, code=code, defaults={**values, "is_active": True}
        )
        changes = {
            name: [before.get(name), values[name]]
            for name in FIELDS
            if before.get(name) != values[name]
        }
        journal.record("need.saved", need, by=by, at=now, changes=changes, space_id=space.pk)
        journal.tick(CLOCK)
    return need


def put_aside(space: Space, sheet: NeedSheet, *, by: "User | None", now: datetime) -> None:
    """The space no longer follows this need; what people said of it stays."""
    with transaction.atomic():
        values = {name: _plain(value) for name, value in asdict(sheet).items() if name in FIELDS}
        need, _made = Need.objects.update_or_create(
            space=space, code=sheet.code, defaults={**values, "is_active": False}
        )
        journal.record("need.put_aside", need, by=by, at=now, space_id=space.pk)
        journal.tick(CLOCK)


def take_back(space: Space, sheet: NeedSheet, *, by: "User | None", now: datetime) -> None:
    """A shipped need becomes again what is shipped; one of the space's own is followed again."""
    with transaction.atomic():
        need = Need.objects.select_for_update().get(space=space, code=sheet.code)
        journal.record("need.taken_back", need, by=by, at=now, space_id=space.pk)
        if sheet.is_shipped:
            need.delete()
        else:
            need.is_active = True
            need.save(update_fields=["is_active"])
        journal.tick(CLOCK)


def _shipped(code: str) -> dict[str, Any]:
    sheet = next((one for one in shipped() if one.code == code), None)
    return {name: _plain(value) for name, value in asdict(sheet).items()} if sheet else {}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
