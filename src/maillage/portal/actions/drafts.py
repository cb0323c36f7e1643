"""Keep what a person types while they type it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.structures.models import Draft, Structure

if TYPE_CHECKING:
    from maillage.accounts.models import User

MOST_DRAFTS = 40  # of one person on one structure: the oldest go
_MOST_FIELDS = 120
_MOST_VALUES = 200
_LONGEST = 12_000
_HEAVIEST = 60_000


def _kept(text: str, length: int = _LONGEST) -> str:
    """Bounded, and without the one character that PostgreSQL cannot hold."""
    return text[:length].replace("\x00", "")


def save_draft(
    structure: Structure,
    form: str,
    typed: Iterable[tuple[str, list[str]]],
    seen: Mapping[str, Any],
    *,
    by: "User",
    now: datetime,
) -> Draft | None:
    """Keep `typed` over the person's former draft of the same form; None when it is too heavy to keep."""
    fields = {
        _kept(name, 100): [_kept(value) for value in values[:_MOST_VALUES]]
        for name, values in list(typed)[:_MOST_FIELDS]
    }
    known = {
        _kept(str(name), 100): _kept(str(value))
        for name, value in list(seen.items())[:_MOST_FIELDS]
    }
    weight = sum(len(value) for values in fields.values() for value in values)
    if weight + sum(map(len, known.values())) > _HEAVIEST:
        return None
    with transaction.atomic():
        draft, _new = Draft.objects.update_or_create(
            structure=structure,
            user=by,
            form=form,
            defaults={"fields": fields, "seen": known, "saved_at": now},
        )
        mine = Draft.objects.filter(structure=structure, user=by).order_by("-saved_at", "-pk")
        too_many = list(mine.values_list("pk", flat=True)[MOST_DRAFTS:])
        if too_many:
            Draft.objects.filter(pk__in=too_many).delete()
    return draft


def drop_draft(structure: Structure, form: str, *, by: "User") -> None:
    Draft.objects.filter(structure=structure, user=by, form=form).delete()
