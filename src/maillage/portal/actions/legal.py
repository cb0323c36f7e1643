"""Legal notice, accessibility statement and register of a space."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.core import journal
from maillage.spaces.models import (
    AccessibilityStatement,
    Conformity,
    LegalInformation,
    ProcessingActivity,
    Space,
)

if TYPE_CHECKING:
    from maillage.accounts.models import User

_VALID_YEARS = 3  # a statement is renewed after three years at most (décret n° 2019-768, article 5)


@transaction.atomic
def update_legal(
    space: Space, fields: dict[str, Any], *, by: "User", now: datetime
) -> LegalInformation:
    """Write what differs. The journal keeps the names of the fields that moved, as they may name people."""
    legal, _new = LegalInformation.objects.select_for_update().get_or_create(space=space)
    moved = _assign(legal, fields)
    if moved:
        legal.updated_at = now
        legal.save()
        _record(space, "legal_updated", moved, by, now)
    return legal


@transaction.atomic
def update_statement(
    space: Space, fields: dict[str, Any], *, by: "User", now: datetime
) -> AccessibilityStatement:
    """Write the statement; the footer of every page of the space says the state that follows from it."""
    statement, _new = AccessibilityStatement.objects.select_for_update().get_or_create(space=space)
    moved = _assign(statement, fields)
    if moved:
        statement.save()
        space.accessibility = conformity_of(statement.audited_on, statement.rate)
        space.accessibility_until = valid_until(statement.audited_on)
        space.save(update_fields=["accessibility", "accessibility_until"])
        _record(space, "statement_updated", moved, by, now)
    return statement


def conformity_of(audited_on: date | None, rate: Decimal | None) -> Conformity:
    """Arrêté du 20 septembre 2019, annexe: an audit, half of the criteria, then all of them."""
    if audited_on is None or rate is None or rate < 50:
        return Conformity.NONE
    return Conformity.FULL if rate == 100 else Conformity.PARTIAL


def valid_until(audited_on: date | None) -> date | None:
    if audited_on is None:
        return None
    try:
        return audited_on.replace(year=audited_on.year + _VALID_YEARS)
    except ValueError:  # 29 February
        return audited_on.replace(year=audited_on.year + _VALID_YEARS, day=28)


@transaction.atomic
def save_sheet(
    space: Space,
    fields: dict[str, Any],
    *,
    by: "User",
    now: datetime,
    code: str = "",
    pk: int | None = None,
    retentions: list[str] | None = None,
) -> ProcessingActivity:
    """A sheet of the register: the one that replaces ours (`code`), the space's own (`pk`), or a new one."""
    mine = ProcessingActivity.objects.select_for_update().filter(space=space)
    sheet = mine.filter(code=code).first() if code else mine.filter(pk=pk or 0, code="").first()
    if sheet is None:
        sheet = ProcessingActivity(space=space, code=code, retentions=retentions or [])
    for name, value in fields.items():
        setattr(sheet, name, value)
    sheet.updated_at = now
    sheet.save()
    _record(space, "register_updated", [sheet.code or sheet.name], by, now)
    return sheet


@transaction.atomic
def drop_sheet(space: Space, pk: int, *, by: "User", now: datetime) -> bool:
    """Take a sheet of the space away; ours comes back where it had replaced one. False when there is none."""
    sheet = ProcessingActivity.objects.filter(space=space, pk=pk).first()
    if sheet is None:
        return False
    sheet.delete()
    _record(space, "register_restored", [sheet.code or sheet.name], by, now)
    return True


def _assign(row: LegalInformation | AccessibilityStatement, fields: dict[str, Any]) -> list[str]:
    moved = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in moved:
        setattr(row, name, fields[name])
    return moved


def _record(space: Space, action: str, moved: list[str], by: "User", now: datetime) -> None:
    journal.record(
        action, space, by=by, at=now, changes={"fields": [None, moved]}, space_id=space.pk
    )
