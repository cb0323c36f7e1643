"""A structure as it was after one line of its journal, and what it takes to come back to it."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from maillage.core.models import JournalEntry, Upload
from maillage.moderation.models import Restriction
from maillage.portal.queries.history import Change, field_label, shown
from maillage.structures.actions.save import (
    EDITABLE,
    KEEPER_EDITABLE,
    KEEPER_PLACE_EDITABLE,
    PLACE_EDITABLE,
)
from maillage.structures.lib import wire
from maillage.structures.models import Establishment, Structure, Suppression
from maillage.structures.queries.kept import KINDS, rows_of, values_of

# These have their own acts, with their reasons.
_APART = frozenset({"state", "ceased_on", "ess_flag_sirene", "in_ess_list"})
_HIDDEN = "un agent l'a caché, avec ses motifs."


@dataclass(slots=True)
class Plan:
    """What to write to come back. `lines` tells it: what is now, what would be. `lost` cannot come back.

    `rows` maps (kind, key) to the values of the row, None when it was not there. `print` changes when
    anything that the plan would write over does.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[int, dict[str, Any]] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    rows: dict[tuple[str, int], dict[str, Any] | None] = field(default_factory=dict)
    lines: list[Change] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    print: str = ""


def entry_of(structure: Structure, entry: int) -> JournalEntry | None:
    return JournalEntry.objects.filter(
        pk=entry, subject_type=structure._meta.label_lower, subject_id=str(structure.pk)
    ).first()


def plan_to(structure: Structure, entry: JournalEntry, *, by_agent: bool) -> Plan:
    """The way back to the structure as it was just after `entry`, in the fields that this person may write."""
    told = _told_since(structure, entry)
    plan = Plan()
    _leave_out(plan, structure, entry, told)
    _plan_fields(plan, structure, told, EDITABLE if by_agent else KEEPER_EDITABLE)
    _plan_places(plan, structure, told, PLACE_EDITABLE if by_agent else KEEPER_PLACE_EDITABLE)
    _plan_terms(plan, structure, told)
    _plan_rows(plan, structure, told)
    lines = [[line.label, line.before, line.after] for line in plan.lines]
    plan.print = hashlib.sha256(json.dumps(lines).encode()).hexdigest()
    return plan


def _told_since(structure: Structure, entry: JournalEntry) -> dict[str, Any]:
    """Value of each thing before the first change that came after `entry`."""
    later = JournalEntry.objects.filter(
        subject_type=structure._meta.label_lower, subject_id=str(structure.pk)
    ).order_by("-at", "-id")
    told: dict[str, Any] = {}
    for one in later:
        if one.pk == entry.pk:
            break
        for name, pair in one.changes.items():
            if isinstance(pair, list) and len(pair) == 2:
                told[name] = pair[0]
    return told


def _leave_out(plan: Plan, structure: Structure, entry: JournalEntry, told: dict[str, Any]) -> None:
    """Take out of `told` what somebody had taken off the page since, and what an agent keeps hidden."""
    taken = Suppression.objects.filter(structure=structure, at__gt=entry.at)
    for name in taken.values_list("field", flat=True):
        if told.pop(name, None):
            plan.lost.append(f"{field_label(name)} : retiré à la demande d'une personne.")
    hidden = Restriction.objects.filter(structure=structure, lifted_at=None)
    for name, kept in hidden.values_list("target", "kept"):
        if name in told and told[name] == kept.get("value"):
            del told[name]
            plan.lost.append(f"{field_label(name)} : {_HIDDEN}")


def _plan_fields(plan: Plan, structure: Structure, told: dict[str, Any], allowed: Any) -> None:
    for name in allowed:
        if name in told and name not in _APART and not _same(getattr(structure, name), told[name]):
            plan.fields[name] = told[name]
            _line(plan, name, getattr(structure, name), told[name])


def _plan_places(plan: Plan, structure: Structure, told: dict[str, Any], allowed: Any) -> None:
    places = {place.pk: place for place in structure.establishments.all()}
    for name, value in told.items():
        owner, _, rest = name.partition(" ")
        key, _, short = rest.partition(" ")
        place = places.get(int(key)) if owner == "place" and key.isdecimal() else None
        if place is None or short not in allowed or _same(getattr(place, short), value):
            continue
        plan.places.setdefault(place.pk, {})[short] = value
        _line(plan, name, getattr(place, short), value)


def _plan_terms(plan: Plan, structure: Structure, told: dict[str, Any]) -> None:
    if "terms" not in told and "main_sector" not in told:
        return
    held = dict(structure.structure_terms.values_list("term__code", "is_main"))
    main = next((code for code, is_main in held.items() if is_main), "")
    codes = told.get("terms", sorted(held))
    wanted = told.get("main_sector", main)
    if sorted(codes) != sorted(held) or wanted != main:
        plan.terms = {"codes": codes, "main": wanted}
        _line(plan, "terms", sorted(held), codes)
        if wanted != main:
            _line(plan, "main_sector", main, wanted)


def _plan_rows(plan: Plan, structure: Structure, told: dict[str, Any]) -> None:
    for code, kind in KINDS.items():
        present = {row.pk: values_of(row, kind.fields) for row in rows_of(structure, kind)}
        for key in sorted(_keys(told, code)):
            # The words of a row, not its values: an agent hid it, and put it back if it is there.
            if isinstance(words := told.get(f"{code} {key}"), str):
                if key not in present:
                    plan.lost.append(f"{words} : {_HIDDEN}")
                    continue
                del told[f"{code} {key}"]
            now, then = present.get(key), _row_then(told, code, key, present.get(key))
            if now == then:
                continue
            if then and (lost := _lost(structure, then)):
                plan.lost.append(lost)
                continue
            plan.rows[code, key] = then
            if now and then:
                for name in kind.fields:
                    if now[name] != then.get(name):
                        _line(plan, f"{code} {key} {name}", now[name], then.get(name))
            else:
                _line(plan, f"{code} {key}", now, then)


def _keys(told: dict[str, Any], code: str) -> set[int]:
    parts = (name.split(" ") for name in told if name.startswith(f"{code} "))
    return {int(part[1]) for part in parts if part[1].isdecimal()}


def _row_then(
    told: dict[str, Any], code: str, key: int, now: dict[str, Any] | None
) -> dict[str, Any] | None:
    """What the row was: gone or come since, and each field that moved since."""
    name = f"{code} {key}"
    if name in told and told[name] is None:
        return None
    then = dict(told.get(name) or now or {})
    fields = {
        one.rpartition(" ")[2]: value for one, value in told.items() if one.startswith(f"{name} ")
    }
    return (then | fields) or None


def _lost(structure: Structure, values: dict[str, Any]) -> str:
    """Why a row cannot come back; empty when it can."""
    upload = values.get("upload")
    if upload is not None and not Upload.objects.filter(pk=upload).exists():
        said = values.get("alt") or values.get("title") or "sans titre"
        return f"« {said} » : son fichier a été effacé."
    place = values.get("establishment")
    known = Establishment.objects.filter(structure=structure)
    if place is not None and not known.filter(pk=place).exists():
        return f"« {values.get('name', '')} » : son lieu n'est plus sur la fiche."
    return ""


def _same(now: Any, then: Any) -> bool:
    return wire(now) == wire(then)


def _line(plan: Plan, name: str, now: Any, then: Any) -> None:
    plan.lines.append(Change(field_label(name), shown(name, now), shown(name, then)))
