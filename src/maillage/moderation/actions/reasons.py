"""Reasons for refusing, in the words of the space."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from maillage.accounts.models import User
from maillage.core import journal
from maillage.moderation.lib.text import one_line, paragraphs
from maillage.moderation.models import DecisionReason
from maillage.spaces.models import Space


@transaction.atomic
def save_reason(
    space: Space,
    *,
    label: str,
    text: str,
    is_active: bool,
    by: User,
    now: datetime,
    code: str = "",
) -> DecisionReason:
    """Write the reason `code` of the space, or a new one. Raises `ValidationError` for a label taken."""
    wanted = code or f"e-{slugify(label)[:36]}"
    known = DecisionReason.objects.filter(space=space, code=wanted).first()
    if known and not code:
        raise ValidationError({"label": ["Un motif porte déjà cet intitulé."]})
    row = known or DecisionReason(space=space, code=wanted)
    before = [row.label, row.text, row.is_active] if row.pk else None
    row.label, row.text, row.is_active = one_line(label)[:120], paragraphs(text)[:1500], is_active
    row.save()
    journal.record(
        "reason_saved",
        row,
        by=by,
        at=now,
        changes={"reason": [before, [row.label, row.text, row.is_active]]},
        space_id=space.pk,
    )
    return row
