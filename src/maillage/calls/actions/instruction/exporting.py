"""The journal of tables that leave with data about people."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.models import Edition
from maillage.core import journal
from maillage.spaces.models import Space


@transaction.atomic
def note_export(
    space: Space, edition: Edition | None, *, personal: bool, count: int, by: User, now: datetime
) -> None:
    """Written only when columns about people leave; how many files, never whose."""
    if personal:
        journal.record(
            "files_exported",
            edition or space,
            by=by,
            at=now,
            space_id=space.pk,
            changes={"files": ["", count]},
        )
