"""Write accepted values on a structure, through the same actions as an agent's own typing."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from maillage.accounts.models import User
from maillage.moderation.enums import Kind
from maillage.moderation.lib.fields import FIELDS, PLACE, STRUCTURE, TERM
from maillage.moderation.models import Contribution
from maillage.moderation.queries.current import current_values, place_of
from maillage.spaces.models import Space
from maillage.structures.actions.save import (
    create_structure,
    save_establishment,
    set_terms,
    update_structure,
)
from maillage.structures.enums import Axis, LocationQuality
from maillage.structures.models import Establishment, Structure

SOURCE = "contribution"
MOVES = frozenset({"address", "postal_code", "municipality_code"})

Pairs = dict[str, list[Any]]


def owned(values: dict[str, str], owner: str) -> dict[str, str]:
    """Those of `values` that `owner` holds."""
    return {name: value for name, value in values.items() if FIELDS[name].owner == owner}


def write_values(
    contribution: Contribution,
    values: dict[str, str],
    *,
    by: User,
    now: datetime,
    space: Space | None,
) -> Pairs:
    """Write `values` and return `{field: [before, after]}` of what really changed.

    Without `space`, the structure's own people write, within what they may edit.

    Raises `ValidationError` when a value is not accepted by the structure, nothing being written then
    (the caller holds the transaction).
    """
    structure = contribution.structure
    if structure is None:
        raise ValidationError("Cette structure n'est plus dans l'annuaire.")
    place = place_of(contribution)
    before = current_values(structure, place)
    wanted = {name: value for name, value in values.items() if before[name] != value}
    if changes := owned(wanted, STRUCTURE):
        update_structure(structure, dict(changes), by=by, now=now, space=space)
    if changes := owned(wanted, PLACE):
        _write_place(structure, place, dict(changes), by=by, now=now, space=space)
    if space is not None and "sector" in wanted:
        _write_sector(structure, wanted["sector"], by=by, now=now, space=space)
    if space is not None:
        note_source(contribution, wanted)
    return {name: [before[name], value] for name, value in wanted.items()}


def _write_place(
    structure: Structure,
    place: Establishment | None,
    changes: dict[str, Any],
    *,
    by: User,
    now: datetime,
    space: Space | None,
) -> None:
    if place is None:
        raise ValidationError("Ce lieu n'existe plus : corrigez l'adresse depuis la fiche.")
    if MOVES & changes.keys():
        # The point was that of the old address.
        changes |= {"lon": None, "lat": None, "location_quality": LocationQuality.NONE}
    save_establishment(structure, changes, by=by, now=now, space=space, establishment=place)


def _write_sector(
    structure: Structure, code: str, *, by: User, now: datetime, space: Space
) -> None:
    """The former main sector stays, as a secondary."""
    links = structure.structure_terms.exclude(term__axis=Axis.LABEL)
    held = list(links.values_list("term__code", flat=True))
    set_terms(structure, held, code, by=by, now=now, space=space)


def create_proposed(
    contribution: Contribution, values: dict[str, str], *, by: User, now: datetime, space: Space
) -> Structure:
    """The proposed structure, with its place and its sector."""
    values = {name: value for name, value in values.items() if value}
    place = owned(values, PLACE)
    if not place.get("municipality_code"):
        raise ValidationError(
            {"municipality_code": ["Gardez la commune : sans elle, pas de page."]}
        )
    if not values.get("name"):
        raise ValidationError({"name": ["Gardez le nom : sans lui, pas de page."]})
    if "siret" in place:
        values.setdefault("siren", place["siret"][:9])
    structure = create_structure(
        dict(owned(values, STRUCTURE)),
        place={**place, "is_head_office": True},
        by=by,
        now=now,
        space=space,
    )
    if values.get("sector"):
        set_terms(structure, [], values["sector"], by=by, now=now, space=space)
    contribution.structure = structure
    note_source(contribution, values)
    structure.refresh_from_db()
    return structure


def note_source(contribution: Contribution, values: dict[str, str]) -> None:
    """Say in the provenance that these values come from a contribution; who accepted stays beside."""
    structure = contribution.structure
    if structure is None or not values:
        return
    keys = {"terms" if FIELDS[name].owner == TERM else name for name in values}
    places = structure.establishments.all()
    if contribution.kind != Kind.PROPOSE:
        places = places.filter(pk=contribution.details.get("place") or 0)
    rows: list[Structure | Establishment] = [Structure.objects.get(pk=structure.pk), *places]
    for row in rows:
        for key in keys & row.provenance.keys():
            row.provenance[key] = {
                **row.provenance[key],
                "source": SOURCE,
                "contribution": contribution.pk,
            }
        type(row)._default_manager.filter(pk=row.pk).update(provenance=row.provenance)
    structure.refresh_from_db()
