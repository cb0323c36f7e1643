"""Tell the structures what the imports left to be decided about their end."""

from datetime import datetime

from maillage.sources.models import Suggestion
from maillage.structures.actions.closure import record_sign
from maillage.structures.enums import SignKind, State
from maillage.structures.models import ClosureSign


def note_register_closures(*, now: datetime) -> int:
    """Propose for archive what a register says has ceased and a person had confirmed; how many are new."""
    told = Suggestion.objects.filter(
        status=Suggestion.Status.PENDING,
        field="state",
        proposed=State.CEASED.value,
        structure__state=State.ACTIVE,
        structure__merged_into=None,
    )
    known = set(
        ClosureSign.objects.filter(kind=SignKind.SUGGESTION).values_list("structure_id", "key")
    )
    noted = 0
    for one in told.select_related("structure").order_by("pk"):
        # A later import says the same again: it is the same evidence.
        if (one.structure_id, one.source) in known:
            continue
        known.add((one.structure_id, one.source))
        record_sign(one.structure, SignKind.SUGGESTION, one.source, now=now, source=one.source)
        noted += 1
    return noted
