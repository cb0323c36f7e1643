"""The reasons that an agent of a space may give."""

from maillage.moderation.lib.reasons import SHIPPED, Reason
from maillage.moderation.models import DecisionReason
from maillage.spaces.models import Space


def reasons_of(space: Space) -> list[Reason]:
    """Ours, replaced by those of the space with the same code; then the space's own. One query."""
    theirs = {row.code: row for row in DecisionReason.objects.filter(space=space)}
    found = []
    for reason in SHIPPED:
        row = theirs.pop(reason.code, None)
        if row is None:
            found.append(reason)
        elif row.is_active:
            found.append(Reason(row.code, row.label, row.text))
    own = [Reason(row.code, row.label, row.text) for row in theirs.values() if row.is_active]
    return [*found[:-1], *own, *found[-1:]] if found else own


def reason_label(space: Space, code: str) -> str:
    """Label of a reason, even one that is no longer offered; empty without code."""
    if not code:
        return ""
    row = DecisionReason.objects.filter(space=space, code=code).first()
    return row.label if row else next((r.label for r in SHIPPED if r.code == code), code)
