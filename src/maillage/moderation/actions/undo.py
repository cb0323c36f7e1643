"""Take a decision back while its letter has not left."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.models import Letter
from maillage.moderation.actions.apply import MOVES, write_values
from maillage.moderation.actions.deciding import reopened
from maillage.moderation.lib.fields import FIELDS, PLACE, TERM
from maillage.moderation.models import Contribution
from maillage.moderation.queries.current import current_values, place_of
from maillage.moderation.queries.undoing import can_undo
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.archive import restore_structure
from maillage.structures.actions.labels import remove_label
from maillage.structures.actions.save import save_establishment
from maillage.structures.enums import State as Life
from maillage.structures.models import Label, Structure

_TOO_LATE = "Cette décision ne peut plus être défaite : la réponse est partie."


@transaction.atomic
def undo(contribution: Contribution, *, by: User, now: datetime, space: Space) -> Contribution:
    """Put the page and the queue back as they were; nobody is told anything.

    Raises `ValidationError` when it is too late, or when somebody wrote on the page since.
    """
    held = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("space", "structure")
        .get(pk=contribution.pk)
    )
    if not can_undo(held, now=now):
        raise ValidationError(_TOO_LATE)
    letters = held.outcome.get("letters", [])
    unsent = Letter.objects.filter(
        pk__in=letters, status__in=[Letter.Status.WAITING, Letter.Status.HELD, Letter.Status.SILENT]
    )
    if unsent.count() != len(letters):
        raise ValidationError(_TOO_LATE)
    unsent.delete()
    _take_back(held, by=by, now=now, space=space)
    before, held.state = held.state, reopened(held)
    held.version += 1
    held.decided_by = held.decided_at = held.duplicate_of = None
    held.reason = held.answer = ""
    held.outcome = {}
    held.save()
    journal.record(
        "contribution_undone",
        held,
        by=by,
        at=now,
        changes={"state": [before, held.state]},
        space_id=space.pk,
    )
    return held


def _take_back(held: Contribution, *, by: User, now: datetime, space: Space) -> None:
    outcome, structure = held.outcome, held.structure
    if "created" in outcome:
        _remove_created(held)
    elif structure is not None and outcome.get("fields"):
        _write_back(held, structure, by=by, now=now, space=space)
    elif structure is not None and outcome.get("ceased"):
        structure.refresh_from_db()
        if structure.state == Life.CEASED:
            restore_structure(structure, by=by, now=now, space=space)
    elif outcome.get("label"):
        for label in Label.objects.filter(pk=outcome["label"]):
            remove_label(label, by=by, now=now, space=space)


def _write_back(
    held: Contribution, structure: Structure, *, by: User, now: datetime, space: Space
) -> None:
    pairs = held.outcome["fields"]
    place = place_of(held)
    present = current_values(structure, place)
    moved = [FIELDS[name].label for name, (_old, new) in pairs.items() if present[name] != new]
    if moved:
        raise ValidationError(
            f"La fiche a été modifiée depuis ({', '.join(moved)}) : corrigez-la depuis sa page."
        )
    write_values(
        held, {name: old for name, (old, _new) in pairs.items()}, by=by, now=now, space=space
    )
    before = held.outcome.get("before", {})
    if place is not None and before.get("point") and MOVES & pairs.keys():
        lon, lat, quality = before["point"]
        point = {"lon": lon, "lat": lat, "location_quality": quality}
        save_establishment(structure, point, by=by, now=now, space=space, establishment=place)
    _put_sources_back(held, structure, before)


def _put_sources_back(held: Contribution, structure: Structure, before: dict[str, Any]) -> None:
    """Each field says again where its value came from before the decision."""
    place = place_of(held)
    for owner, row in (("structure", Structure.objects.get(pk=structure.pk)), ("place", place)):
        if row is None:
            continue
        for name in held.outcome["fields"]:
            if (FIELDS[name].owner == PLACE) != (owner == "place"):
                continue
            key = "terms" if FIELDS[name].owner == TERM else name
            if key in before.get(owner, {}):
                row.provenance[key] = before[owner][key]
            else:
                row.provenance.pop(key, None)
        type(row).objects.filter(pk=row.pk).update(provenance=row.provenance)


def _remove_created(held: Contribution) -> None:
    """The page is minutes old: it goes altogether, unless somebody has touched it or joined it."""
    structure = Structure.objects.select_for_update(of=("self",)).get(pk=held.outcome["created"])
    touched = structure.updated_at.isoformat() != held.outcome["updated_at"]
    joined = structure.memberships.exists() or structure.claims.exists()
    if touched or joined or structure.contributions.exclude(pk=held.pk).exists():
        raise ValidationError("La nouvelle fiche a servi depuis : archivez-la depuis sa page.")
    held.structure = None
    Contribution.objects.filter(pk=held.pk).update(structure=None)
    pk = structure.pk
    try:
        structure.delete()
    except ProtectedError as error:
        raise ValidationError(
            "La nouvelle fiche a servi depuis : archivez-la depuis sa page."
        ) from error
    after_write(structures={pk}, deleted={pk}, now=held.decided_at)  # type: ignore[arg-type]
