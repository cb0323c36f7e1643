"""Write the journal and raise the clocks. Every action that changes something calls `record`."""

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F

from maillage.core import origin
from maillage.core.models import Clock, JournalEntry

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models import Model

# Transactions of this database only: another of the same server may keep one open for hours.
_STILL_OPEN = """
    SELECT EXISTS (
        SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS x
        JOIN pg_stat_activity AS session ON session.backend_xid = x::xid
        WHERE x < %s::xid8 AND session.datname = current_database()
    )
"""


def record(
    action: str,
    subject: "Model",
    *,
    by: "AbstractBaseUser | None",
    at: datetime,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    space_id: int | None = None,
    run_id: int | None = None,
) -> JournalEntry:
    """Append one line about `subject`. Call it inside the transaction of the change itself."""
    return JournalEntry.objects.create(
        at=at,
        by=by,  # type: ignore[misc]  # core knows people by settings.AUTH_USER_MODEL only
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        space_id=space_id,
        run_id=run_id,
        changes=changes or {},
        reason=reason[:500],
        acting_for=origin.current().acting_for,
        network=origin.current().network,
    )


def history(subject: "Model") -> "list[JournalEntry]":
    """Lines about `subject`, newest first, with their authors."""
    return list(
        JournalEntry.objects.filter(
            subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
        )
        .select_related("by")
        .order_by("-at", "-id")
    )


def tick(name: str) -> None:
    """Raise the clock `name`; the first write creates it."""
    if not Clock.objects.filter(name=name).update(value=F("value") + 1):
        Clock.objects.update_or_create(name=name, defaults={"value": 1})


def now_at(name: str) -> int:
    """Value of the clock `name`; 0 when nothing was ever written."""
    return Clock.objects.filter(name=name).values_list("value", flat=True).first() or 0


def newest() -> int:
    """Key of the last line that can be seen; 0 in an empty journal."""
    return JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def settled(*, patience: float = 2.0) -> int:
    """Key below which no line can appear any more: who reads the journal in order may go that far, and forget nothing.

    SQLite writes one transaction at a time. PostgreSQL gives keys before it commits: a line may appear below one
    that is read already. The last line is looked at first; every transaction that was open then must have ended.
    0 when one lasts longer than `patience` seconds (an import): ask again later.
    """
    last = newest()
    if connection.vendor != "postgresql":
        return last
    until = time.monotonic() + patience
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        limit = cursor.fetchone()[0]
        while True:
            cursor.execute(_STILL_OPEN, [limit])
            if not cursor.fetchone()[0]:
                return last
            if time.monotonic() > until:
                return 0
            time.sleep(0.05)
