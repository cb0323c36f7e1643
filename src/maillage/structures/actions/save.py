"""Create and edit a structure by hand. What a person writes is confirmed: imports no longer overwrite it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.hours.reading import problem_with
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.ess import EssFacts, derived_fields
from maillage.structures.actions.hold import hold
from maillage.structures.actions.slugs import SlugBook
from maillage.structures.enums import ContactVisibility, EssStatus
from maillage.structures.lib import python_value
from maillage.structures.models import Establishment, Structure, StructureTerm, Term
from maillage.structures.models.structure import VISIBILITIES
from maillage.structures.queries.perimeter import load_perimeter

EDITABLE = (
    "name", "legal_name", "acronym", "siren", "rna", "family", "legal_category", "activity_code",
    "activity_nomenclature", "description", "website", "email", "phone", "size_band", "size_year",
    "is_employer", "life_stage", "typology", "typology_origin", "typology_reason", "created_on",
    "ceased_on", "state", "disclosure", "ess_flag_sirene", "in_ess_list", *VISIBILITIES,
)  # fmt: skip
PLACE_EDITABLE = (
    "siret", "name", "is_head_office", "address", "postal_code", "municipality_code", "lon", "lat",
    "location_quality", "address_is_public", "opening_hours", "opened_on", "closed_on", "state",
)  # fmt: skip
# Without a space it is the structure that writes: what registers know of it is not hers to change.
KEEPER_EDITABLE = (
    "name", "acronym", "description", "website", "email", "phone", *VISIBILITIES, "size_band", "size_year",
    "is_employer", "life_stage", "typology", "typology_origin", "typology_reason",
)  # fmt: skip
KEEPER_PLACE_EDITABLE = tuple(
    name for name in PLACE_EDITABLE if name not in {"siret", "is_head_office", "opened_on"}
)
BY_AGENT, BY_KEEPER = "agent", "membre"
MOST_PLACES = 200  # beyond, places come from a register or an agent, not typed by the structure
_NULLABLE = frozenset({"siren", "rna", "siret"})


class EditConflictError(Exception):
    """Somebody else changed the same fields. `theirs` maps each of them to its present value."""

    def __init__(self, theirs: dict[str, Any]) -> None:
        self.theirs = theirs
        super().__init__("Cette fiche a été modifiée entre-temps.")


def create_structure(
    fields: dict[str, Any],
    *,
    by: User,
    now: datetime,
    space: Space,
    place: dict[str, Any] | None = None,
) -> Structure:
    """A structure typed by hand, with its first place. Raises `ValidationError` on bad or taken values."""
    with transaction.atomic():
        commune = (place or {}).get("municipality_code", "")
        structure = Structure(slug=SlugBook().new(fields.get("name", ""), commune))
        changes = _assign(structure, fields, EDITABLE, by=by, now=now)
        derive_fields(structure, now)
        _check(structure)
        structure.save()
        journal.record("create", structure, by=by, at=now, changes=changes, space_id=space.pk)
        if place:
            save_establishment(structure, place, by=by, now=now, space=space)
        after_write(structures={structure.pk}, now=now)
    return structure


def update_structure(
    structure: Structure,
    changes: dict[str, Any],
    *,
    by: User,
    now: datetime,
    space: Space | None = None,
    expected_updated_at: datetime | None = None,
    reason: str = "",
) -> dict[str, list[Any]]:
    """Write `changes` (field → value) and return `{field: [before, after]}` of what really changed.

    Without `space` the structure writes its own page: `KEEPER_EDITABLE` alone, or `KeyError`.

    With `expected_updated_at` (what the person's page was made from), fields that somebody else gave
    another value in the meantime raise `EditConflictError`, and nothing is written.
    """
    with transaction.atomic():
        current = Structure.objects.select_for_update(of=("self",)).get(pk=structure.pk)
        if expected_updated_at and current.updated_at != expected_updated_at:
            theirs = {
                name: getattr(current, name)
                for name, value in changes.items()
                if getattr(current, name) != value
            }
            if theirs:
                raise EditConflictError(theirs)
        allowed = EDITABLE if space else KEEPER_EDITABLE
        made = _assign(current, changes, allowed, by=by, now=now, source=source_of(space))
        if not made:
            return {}
        made |= derive_fields(current, now)
        _check(current)
        current.save()
        _record(current, made, by=by, now=now, space=space, reason=reason)
        after_write(structures={current.pk}, now=now)
    structure.refresh_from_db()
    return made


def confirm_structure(
    structure: Structure, *, by: User | None, now: datetime, space: Space | None = None
) -> None:
    """Say that the page as a whole is right today; `by` is None for who holds a reminder's key."""
    with transaction.atomic():
        before = structure.confirmed_at.isoformat() if structure.confirmed_at else None
        structure.confirmed_at, structure.confirmed_by = now, by
        structure.save(update_fields=["confirmed_at", "confirmed_by", "updated_at"])
        journal.record(
            "confirm",
            structure,
            by=by,
            at=now,
            changes={"confirmed_at": [before, now.isoformat()]},
            space_id=space.pk if space else None,
        )
        after_write(structures={structure.pk}, now=now)


def set_terms(
    structure: Structure,
    codes: Iterable[str],
    main: str,
    *,
    by: User,
    now: datetime,
    space: Space | None = None,
    reason: str = "",
) -> dict[str, list[Any]]:
    """Replace all terms (any axis but labels). `main` is the main sector's code, or empty."""
    wanted = dict.fromkeys([*codes, *([main] if main else [])])
    with transaction.atomic():
        known = dict(Term.objects.filter(code__in=wanted, ended_on=None).values_list("code", "pk"))
        unknown = [code for code in wanted if code not in known]
        if unknown:
            raise ValidationError(f"Terme inconnu ou abandonné : {', '.join(unknown)}.")
        hold(structure)
        before = dict(structure.structure_terms.values_list("term__code", "is_main"))
        after = {code: code == main for code in wanted}
        if before == after:
            return {}
        structure.structure_terms.all().delete()
        StructureTerm.objects.bulk_create(
            StructureTerm(structure=structure, term_id=known[code], is_main=is_main)
            for code, is_main in after.items()
        )
        owners = structure.provenance.get("terms") or {}
        structure.provenance["terms"] = {**owners, "by": by.pk, "at": now.isoformat()}
        structure.save(update_fields=["provenance", "updated_at"])
        made: dict[str, list[Any]] = {
            "terms": [sorted(before), sorted(after)],
            "main_sector": [_main(before), _main(after)],
        }
        made = {name: pair for name, pair in made.items() if pair[0] != pair[1]}
        _record(structure, made, by=by, now=now, space=space, reason=reason)
        after_write(structures={structure.pk}, now=now)
    return made


def override_ess(
    structure: Structure, status: str, reason: str, *, by: User, now: datetime, space: Space
) -> None:
    """Decide membership against the registers, with a reason; an empty `status` takes the decision back."""
    if status and status not in EssStatus.values:
        raise ValidationError("Choisissez une appartenance dans la liste.")
    if status and not reason.strip():
        raise ValidationError("Dites pourquoi : le motif est affiché sur la fiche.")
    with transaction.atomic():
        hold(structure)
        before = [structure.ess_override, structure.ess_override_reason]
        structure.ess_override, structure.ess_override_reason = (
            status,
            reason.strip() if status else "",
        )
        structure.ess_override_by, structure.ess_override_at = (by, now) if status else (None, None)
        changes = {
            "ess_override": [before[0], status],
            "ess_override_reason": [before[1], structure.ess_override_reason],
        }
        changes |= derive_fields(structure, now)
        structure.save()
        journal.record(
            "override_ess",
            structure,
            by=by,
            at=now,
            changes=changes,
            reason=reason,
            space_id=space.pk,
        )
        after_write(structures={structure.pk}, now=now)


def save_establishment(
    structure: Structure,
    fields: dict[str, Any],
    *,
    by: User,
    now: datetime,
    space: Space | None = None,
    establishment: Establishment | None = None,
    reason: str = "",
) -> Establishment:
    """Add or edit a place. A head office takes the place of the former one.

    Without `space` the structure writes: `KEEPER_PLACE_EDITABLE` alone, or `KeyError`.
    """
    with transaction.atomic():
        hold(structure)
        place = establishment or Establishment(structure=structure)
        if establishment is not None:
            place.refresh_from_db()
        elif space is None and structure.establishments.count() >= MOST_PLACES:
            raise ValidationError(
                f"Cette fiche a déjà {MOST_PLACES} lieux : demandez à un agent d'ajouter les autres."
            )
        allowed = PLACE_EDITABLE if space else KEEPER_PLACE_EDITABLE
        changes = _assign(place, fields, allowed, by=by, now=now, source=source_of(space))
        if not changes and place.pk:
            return place
        _check(place)
        if "opening_hours" in changes and (problem := problem_with(place.opening_hours)):
            raise ValidationError({"opening_hours": problem})
        if place.is_head_office:
            structure.establishments.exclude(pk=place.pk).update(is_head_office=False)
        place.save()
        named = {f"place {place.pk} {name}": pair for name, pair in changes.items()}
        _record(structure, named, by=by, now=now, space=space, reason=reason)
        after_write(structures={structure.pk}, places={place.pk}, now=now)
    return place


def source_of(space: Space | None) -> str:
    """Who vouches for what is written by hand: an agent of `space`, or the structure."""
    return BY_AGENT if space else BY_KEEPER


def _record(
    structure: Structure,
    changes: dict[str, list[Any]],
    *,
    by: User,
    now: datetime,
    space: Space | None,
    reason: str,
) -> None:
    journal.record(
        "edit",
        structure,
        by=by,
        at=now,
        changes=changes,
        reason=reason,
        space_id=space.pk if space else None,
    )


def _assign(
    target: Structure | Establishment,
    fields: dict[str, Any],
    allowed: Collection[str],
    *,
    by: User,
    now: datetime,
    source: str = BY_AGENT,
) -> dict[str, list[Any]]:
    """Set the fields that differ, with the person as their source. Unknown names are a programming error."""
    changes: dict[str, list[Any]] = {}
    for name, value in fields.items():
        if name not in allowed:
            raise KeyError(name)
        new = (
            _visibility(value) if name in VISIBILITIES else python_value(type(target), name, value)
        )
        if name in _NULLABLE and not new:
            new = None
        before = getattr(target, name)
        if before == new:
            continue
        setattr(target, name, new)
        target.provenance[name] = {
            "source": source,
            "by": by.pk,
            "at": now.isoformat(),
            "date": now.date().isoformat(),
        }
        changes[name] = [_plain(before), _plain(new)]
    return changes


def _visibility(value: str) -> str:
    if value not in ContactVisibility.values:
        raise ValidationError("Choisissez dans la liste qui voit ce contact.")
    return str(value)


def derive_fields(structure: Structure, now: datetime) -> dict[str, list[Any]]:
    """Bring membership, family and typology in line with the facts; returns what moved."""
    today = now.date()
    valid = (
        {
            label.term.code
            for label in structure.labels.select_related("term")
            if label.valid_to is None or label.valid_to >= today
        }
        if structure.pk
        else set()
    )
    changes: dict[str, list[Any]] = {}
    for name, value in derived_fields(facts_of(structure, valid), load_perimeter()).items():
        always = name in {"ess_status", "ess_reason"}
        if (always or (value and name not in structure.provenance)) and getattr(
            structure, name
        ) != value:
            changes[name] = [getattr(structure, name), str(value)]
            setattr(structure, name, str(value))
    return changes


def facts_of(structure: Structure, valid_labels: Collection[str]) -> EssFacts:
    return EssFacts(
        legal_category=structure.legal_category,
        activity_code=structure.activity_code,
        activity_nomenclature=structure.activity_nomenclature,
        flag=structure.ess_flag_sirene,
        in_list=structure.in_ess_list,
        valid_labels=valid_labels,
        override=structure.ess_override,
        override_reason=structure.ess_override_reason,
        size_band=structure.size_band,
        is_employer=structure.is_employer,
    )


def _check(row: Structure | Establishment) -> None:
    """Model validation, with uniqueness said in words."""
    row.full_clean(exclude=["provenance", "slug", "structure"])


def _main(terms: dict[str, bool]) -> str:
    return next((code for code, is_main in terms.items() if is_main), "")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
