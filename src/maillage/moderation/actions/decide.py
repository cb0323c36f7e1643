"""Accept, in whole or in part; refuse; say that two contributions are one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_date

from maillage.accounts.models import User
from maillage.moderation.actions.apply import create_proposed, write_values
from maillage.moderation.actions.deciding import end, take, words
from maillage.moderation.enums import Kind, State
from maillage.moderation.lib.fields import FIELDS, clean_values
from maillage.moderation.lib.text import paragraphs
from maillage.moderation.lib.wording import lines_of
from maillage.moderation.models import Contribution
from maillage.moderation.notices.statements import accepted_text, refused_text
from maillage.moderation.queries.current import current_values, place_of
from maillage.moderation.queries.reasons import reasons_of
from maillage.spaces.models import Space
from maillage.structures.actions.archive import mark_ceased
from maillage.structures.actions.labels import add_label, remove_label
from maillage.structures.enums import State as Life
from maillage.structures.models import Label, Term


class MovedError(Exception):
    """The page changed since the agent read it. `fields` maps each field to its present value."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields
        super().__init__("La fiche a changé entre-temps.")


@transaction.atomic
def accept(
    contribution: Contribution,
    *,
    by: User,
    now: datetime,
    space: Space,
    version: int | None,
    values: Mapping[str, object] | None = None,
    shown: Mapping[str, str] | None = None,
    text: str = "",
) -> Contribution:
    """Publish what is accepted and thank who sent it, field by field.

    `values` are the fields kept, as the agent leaves them (None: all, as proposed); `shown` the present
    values the agent saw. `text` is added to the letter. Raises `StaleError`, `MovedError`, and
    `ValidationError` (by field) when nothing is kept or a value is not accepted.
    """
    held = take(contribution, version)
    kept = _kept(held, values)
    _compare(held, kept, shown or {})
    outcome = _WRITERS[held.kind](held, kept, by=by, now=now, space=space)
    left = [name for name in held.fields if name not in kept]
    told = accepted_text(
        held, lines_of(kept, held.seen), [FIELDS[name].label for name in left], paragraphs(text)
    )
    state = State.PARTLY if left else State.ACCEPTED
    end(
        held,
        state,
        by=by,
        now=now,
        space=space,
        outcome=outcome,
        answer=paragraphs(text)[:4000],
        decision=told,
    )
    return held


def _kept(held: Contribution, values: Mapping[str, object] | None) -> dict[str, str]:
    if values is None:
        return dict(held.fields)
    kept = clean_values({name: value for name, value in values.items() if name in held.fields})
    if held.fields and not kept:
        raise ValidationError("Cochez au moins un champ, ou refusez avec un motif.")
    return kept


def _compare(held: Contribution, kept: dict[str, str], shown: Mapping[str, str]) -> None:
    if held.structure is None or not shown:
        return
    now = current_values(held.structure, place_of(held))
    moved = {
        name: now[name]
        for name, value in kept.items()
        if name in shown and now[name] not in {shown[name], value}
    }
    if moved:
        raise MovedError(moved)


def _create(
    held: Contribution, kept: dict[str, str], *, by: User, now: datetime, space: Space
) -> dict[str, Any]:
    structure = create_proposed(held, kept, by=by, now=now, space=space)
    return {
        "created": structure.pk,
        "updated_at": structure.updated_at.isoformat(),
        "fields": {name: ["", value] for name, value in kept.items() if value},
    }


def _write(
    held: Contribution, kept: dict[str, str], *, by: User, now: datetime, space: Space
) -> dict[str, Any]:
    if not kept:
        return {}
    structure, place = held.structure, place_of(held)
    if structure is None or structure.merged_into_id:
        raise ValidationError(
            "Cette fiche a été fusionnée ou retirée : rattachez l'envoi à la bonne fiche."
        )
    before = {
        "structure": dict(structure.provenance),
        "place": dict(place.provenance) if place else {},
        "point": [place.lon, place.lat, place.location_quality] if place else None,
    }
    return {
        "fields": write_values(held, kept, by=by, now=now, space=space),
        "before": before,
    }


def _cease(
    held: Contribution, kept: dict[str, str], *, by: User, now: datetime, space: Space
) -> dict[str, Any]:
    structure = held.structure
    if structure is None or structure.state != Life.ACTIVE:
        return {"fields": {}}
    day = parse_date(str(held.details.get("on") or ""))
    mark_ceased(structure, by=by, now=now, space=space, on=day, reason=f"Contribution n° {held.pk}")
    return {"ceased": True, "fields": {}}


def _label(
    held: Contribution, kept: dict[str, str], *, by: User, now: datetime, space: Space
) -> dict[str, Any]:
    structure, asked = held.structure, held.details
    term = Term.objects.filter(code=asked.get("term")).first()
    if structure is None or term is None:
        raise ValidationError("Cette structure ou ce label n'existe plus.")
    known = Label.objects.filter(structure=structure, term=term, establishment=None).first()
    if asked.get("remove"):
        if known:
            remove_label(known, by=by, now=now, space=space)
        return {"fields": {}, "final": True}
    label = add_label(
        structure,
        term,
        by=by,
        now=now,
        space=space,
        identifier=asked.get("identifier", ""),
        valid_from=parse_date(asked.get("valid_from", "")),
        valid_to=parse_date(asked.get("valid_to", "")),
        proof=asked.get("proof") or f"Contribution n° {held.pk}",
    )
    # A label renewed or withdrawn is edited on the page: only a new one can be taken back from here.
    return {"fields": {}, "final": True} if known else {"fields": {}, "label": label.pk}


def _nothing(
    held: Contribution, kept: dict[str, str], *, by: User, now: datetime, space: Space
) -> dict[str, Any]:
    """A report is answered by what the agent did on the page."""
    return {"fields": {}}


_WRITERS = {
    Kind.PROPOSE.value: _create,
    Kind.CORRECT.value: _write,
    Kind.CLOSED.value: _cease,
    Kind.LABEL.value: _label,
    Kind.REPORT.value: _nothing,
    Kind.NOTICE.value: _nothing,
}


@transaction.atomic
def refuse(
    contribution: Contribution,
    *,
    reason: str,
    text: str,
    by: User,
    now: datetime,
    space: Space,
    version: int | None,
) -> Contribution:
    """Publish nothing; the reason's text, or the agent's own, is sent.

    Raises `StaleError`, and `ValidationError` for a reason that is not offered or without any text.
    """
    held = take(contribution, version)
    known = {one.code: one for one in reasons_of(space)}
    if reason not in known:
        raise ValidationError({"reason": ["Choisissez un motif : il est envoyé."]})
    said = words(paragraphs(text) or known[reason].text, needed="Écrivez le motif qui sera envoyé.")
    end(
        held,
        State.REFUSED,
        by=by,
        now=now,
        space=space,
        outcome={"fields": {}},
        reason=reason,
        answer=said,
        decision=refused_text(held, said),
    )
    return held


@transaction.atomic
def mark_duplicate(
    contribution: Contribution,
    first: Contribution,
    *,
    by: User,
    now: datetime,
    space: Space,
    version: int | None,
) -> Contribution:
    """Close `contribution` as the same thing as `first`, which is decided on its own."""
    held = take(contribution, version)
    if held.pk in {first.pk, first.duplicate_of_id}:
        raise ValidationError(
            "Choisissez un autre envoi : celui-ci ne peut pas être son propre doublon."
        )
    held.duplicate_of = first
    end(
        held,
        State.MERGED,
        by=by,
        now=now,
        space=space,
        outcome={"fields": {}},
        decision=refused_text(
            held,
            "Quelqu'un nous l'avait déjà signalé : les deux envois sont traités ensemble. Merci.",
        ),
    )
    return held
