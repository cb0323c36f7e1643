"""Approvals and labels given or withdrawn by hand, with their proof."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.hold import hold
from maillage.structures.actions.save import derive_fields
from maillage.structures.enums import Axis
from maillage.structures.models import Establishment, Label, Structure, Term


@transaction.atomic
def add_label(
    structure: Structure,
    term: Term,
    *,
    by: User,
    now: datetime,
    space: Space,
    establishment: Establishment | None = None,
    identifier: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    proof: str = "",
) -> Label:
    """Add a label, or renew the one the structure already holds (same term, same place)."""
    if term.axis != Axis.LABEL:
        raise ValidationError("Ce terme n'est pas un agrément ou un label.")
    label = Label.objects.filter(
        structure=structure, term=term, establishment=establishment
    ).first()
    before = None if label is None else _shown(label)
    label = label or Label(structure=structure, term=term, establishment=establishment)
    label.identifier, label.proof = identifier, proof
    label.valid_from, label.valid_to = valid_from, valid_to
    label.source, label.source_date = "agent", now.date()
    label.full_clean(exclude=["structure", "establishment", "term"])
    label.save()
    _finish(structure, {f"label {term.code}": [before, _shown(label)]}, by=by, now=now, space=space)
    return label


@transaction.atomic
def remove_label(label: Label, *, by: User, now: datetime, space: Space) -> None:
    structure, before, code = label.structure, _shown(label), label.term.code
    label.delete()
    _finish(structure, {f"label {code}": [before, None]}, by=by, now=now, space=space)


def _finish(
    structure: Structure, changes: dict[str, list[Any]], *, by: User, now: datetime, space: Space
) -> None:
    """A label may change membership and family."""
    hold(structure)
    changes |= derive_fields(structure, now)
    structure.save()
    journal.record("edit", structure, by=by, at=now, changes=changes, space_id=space.pk)
    after_write(structures={structure.pk}, now=now)


def _shown(label: Label) -> dict[str, str | None]:
    return {
        "identifier": label.identifier,
        "valid_from": label.valid_from.isoformat() if label.valid_from else None,
        "valid_to": label.valid_to.isoformat() if label.valid_to else None,
        "proof": label.proof,
    }
