"""What happened before the visitor came: acts in the journal, a merge, imports, doubts."""

from collections.abc import Mapping
from datetime import datetime

from maillage.accounts.models import User
from maillage.core import journal
from maillage.demo.actions.rows import Writer
from maillage.spaces.models import Space
from maillage.structures.models import FormerSlug


def tell_history(
    writer: Writer, spaces: list[Space], people: Mapping[str, User], *, now: datetime
) -> None:
    """Lines of the journal for what the awkward structures say happened."""
    agent = people["agent"]
    kept, gone = writer.by_case["two_spaces"], writer.by_case["merged"]
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    FormerSlug.objects.create(slug="ancienne-adresse-de-demonstration", structure=kept)
    changes = {"merged_into": [None, kept.pk]}
    journal.record("structure.merged", gone, by=agent, at=now, changes=changes, reason="Doublon.")
