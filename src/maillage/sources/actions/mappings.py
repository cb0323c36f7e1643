"""Keep how a file's columns were read, to propose it again for the same header."""

from collections.abc import Mapping
from datetime import datetime

from maillage.accounts.models import User
from maillage.core import journal
from maillage.sources.connectors.table.proposal import header_key
from maillage.sources.models import ColumnMapping
from maillage.spaces.models import Space


def remember_mapping(
    space: Space, mapping: Mapping[str, str], *, name: str, by: User | None, now: datetime
) -> ColumnMapping:
    """`mapping` has every header of the file, with its field or ""."""
    kept, created = ColumnMapping.objects.get_or_create(
        space=space,
        header_key=header_key(mapping),
        defaults={"name": name[:120], "mapping": dict(mapping)},
    )
    before = {} if created else kept.mapping
    if before != dict(mapping):
        kept.name, kept.mapping = name[:120], dict(mapping)
        kept.save()
        journal.record(
            "mapping.remember",
            kept,
            by=by,
            at=now,
            space_id=space.pk,
            changes={"mapping": [before, dict(mapping)]},
        )
    return kept
