"""Programmes and envelopes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.editions.create import free_slug
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Envelope, Programme
from maillage.core import journal
from maillage.spaces.models import Space


@transaction.atomic
def save_programme(
    space: Space, programme: Programme | None, values: dict[str, Any], *, by: User, now: datetime
) -> Programme:
    """Add one (None) or change it; its address never changes."""
    kept = programme or Programme(
        space=space,
        slug=free_slug(Programme, space, values["name"], 60),
        created_by=by,
        created_at=now,
    )
    changes = _write(kept, values)
    kept.save()
    journal.record("programme.saved", kept, by=by, at=now, changes=changes, space_id=space.pk)
    return kept


@transaction.atomic
def save_envelope(
    space: Space, envelope: Envelope | None, values: dict[str, Any], *, by: User, now: datetime
) -> Envelope:
    """Add one (None) or change it. Raises `StepRefused` for less than what is already given or proposed."""
    kept = Envelope(space=space)
    if envelope is not None:
        kept = Envelope.objects.select_for_update().get(pk=envelope.pk)
    if values["amount"] < kept.reserved:
        raise StepRefused(
            f"{in_euros(kept.reserved)} sont déjà attribués ou proposés : l'enveloppe ne peut pas être plus petite."
        )
    changes = _write(kept, values)
    if envelope is None:
        kept.save()
    elif changes:
        # `reserved` belongs to the triggers of the database: it is never written here.
        kept.save(update_fields=list(changes))
    journal.record("envelope.saved", kept, by=by, at=now, changes=changes, space_id=space.pk)
    return kept


def _write(row: Programme | Envelope, values: dict[str, Any]) -> dict[str, Any]:
    changes = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            changes[name] = [str(before or ""), str(after or "")]
            setattr(row, name, after)
    return changes
