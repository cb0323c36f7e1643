"""Change a rule of the ESS perimeter, and have every membership computed again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.core.jobs import enqueue
from maillage.structures.actions.recompute import preview, with_form, with_trade
from maillage.structures.actions.taxonomy import edit_activity, edit_legal_category
from maillage.structures.enums import EssStatus
from maillage.structures.models import Activity, LegalCategory
from maillage.structures.queries.perimeter import load_perimeter

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space


@dataclass(frozen=True, slots=True)
class Move:
    """`count` structures would go from the status `before` to `after` (labels)."""

    before: str
    after: str
    count: int


def effect_of(row: LegalCategory | Activity, values: dict[str, Any], *, today: date) -> list[Move]:
    """What the installation's structures would become under these values; nothing is written."""
    perimeter = load_perimeter()
    if isinstance(row, LegalCategory):
        perimeter = with_form(perimeter, row.code, family=values["family"], rule=values["rule"])
    else:
        perimeter = with_trade(perimeter, row.nomenclature, row.code, excluded=values["excluded"])
    return [
        Move(str(EssStatus(before).label), str(EssStatus(after).label), count)
        for (before, after), count in sorted(preview(perimeter, today=today).items())
    ]


def apply_rule(
    row: LegalCategory | Activity,
    values: dict[str, Any],
    *,
    by: "User",
    now: datetime,
    space: "Space",
) -> None:
    """Write the rule; the statuses follow in a job, started once the rule is committed."""
    edit = edit_legal_category if isinstance(row, LegalCategory) else edit_activity
    with transaction.atomic():
        edit(row, values, by=by, now=now, space_id=space.pk)  # type: ignore[arg-type]
        enqueue("portal.recompute_statuses", by_id=by.pk)
