"""Bring a structure's state towards what a source record says, by the rules of ownership.

The state is changed in memory only; `diff` then says what would be written. What is *not* written is
kept as notes: `suggest` (a person confirmed the present value) and `keep` (a stronger source owns it).
"""

from dataclasses import dataclass, field
from typing import Any

from maillage.sources.actions.state import LABEL_FIELDS, Place, StructureState, Values
from maillage.sources.connectors.base import EstablishmentRecord, LabelRecord, SourceRecord
from maillage.sources.lib import address_key, is_empty

NULLABLE = frozenset({"siren", "rna", "siret"})
POINT_FIELDS = ("lon", "lat", "location_quality", "location_source", "location_score")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who speaks: a source, the weight of its word among `priorities`, the ISO date of its data."""

    source: str
    date: str
    priorities: dict[str, int]

    def weight(self, source: str) -> int:
        return self.priorities.get(source, 0)


@dataclass(slots=True)
class Plan:
    """The state to reach, and what the source said that will not be written."""

    state: StructureState
    notes: list[Values] = field(default_factory=list)


def plan_record(plan: Plan, record: SourceRecord, origin: Origin) -> None:
    """Change `plan.state` by what `record` brings."""
    state = plan.state
    withheld = {*state.suppressed, *({"state"} if "page" in state.suppressed else ())}
    incoming = {name: value for name, value in record.fields.items() if name not in withheld}
    if record.siren:
        incoming["siren"] = record.siren
    if record.rna:
        incoming["rna"] = record.rna
    for name, value in incoming.items():
        _plan_field(plan, state.values, state.provenance, name, value, origin, on="structure")
    for place in record.establishments:
        _plan_place(plan, place, origin)
    if "address" in state.suppressed:
        for known in state.places.values():
            known.values["address_is_public"] = False
    _plan_terms(state, record, origin)
    for label in record.labels:
        _plan_label(state, label, origin)


def _plan_field(
    plan: Plan, values: Values, provenance: Values, name: str, new: Any, origin: Origin, *, on: str
) -> None:
    current = values[name]
    if is_empty(new):
        new = "" if isinstance(current, str) and name not in NULLABLE else None
    owner = provenance.get(name) or {}
    if current == new:
        if owner.get("source") == origin.source and origin.date > (owner.get("date") or ""):
            provenance[name] = {**owner, "date": origin.date}
        return
    verdict = _verdict(current, new, owner, origin)
    if verdict == "set":
        values[name] = new
        provenance[name] = {"source": origin.source, "date": origin.date}
    elif verdict == "suggest" and (name, str(new)) in plan.state.suggested:
        return
    elif verdict in {"suggest", "keep"}:
        plan.notes.append(
            {
                "note": verdict,
                "on": on,
                "field": name,
                "current": current,
                "proposed": new,
                "owner": owner,
            }
        )
        plan.state.suggested.add((name, str(new)))


def _verdict(current: Any, new: Any, owner: Values, origin: Origin) -> str:
    """`set`, `suggest`, `keep` or `ignore`; the rules are told in docs/imports.md."""
    owner_date = owner.get("date") or ""
    mine = owner.get("source") == origin.source
    if owner.get("by"):
        return "ignore" if is_empty(new) else "suggest"
    if is_empty(new):
        return "set" if mine and origin.date >= owner_date else "ignore"
    if is_empty(current) or not owner:
        return "set"
    mine_weighs = origin.weight(origin.source) - origin.weight(owner.get("source", ""))
    if mine or mine_weighs == 0:
        return "set" if origin.date >= owner_date else "keep"
    return "set" if mine_weighs > 0 else "keep"


def _plan_place(plan: Plan, record: EstablishmentRecord, origin: Origin) -> None:
    place = find_place(plan.state, record)
    if place is None:
        if "id" in record.fields:
            return
        place = Place(key=f"new-{len(plan.state.places) + 1}")
        plan.state.places[place.key] = place
    incoming = {name: value for name, value in record.fields.items() if name != "id"}
    if record.siret:
        incoming["siret"] = record.siret
    _plan_point(place, incoming, origin)
    for name, value in incoming.items():
        _plan_field(plan, place.values, place.provenance, name, value, origin, on=place.key)


def _plan_point(place: Place, incoming: Values, origin: Origin) -> None:
    """A point and what qualifies it move together: the owner of `lon` decides for all five fields.

    What is settled here is taken out of `incoming`; a point to keep or suggest leaves its two
    coordinates there, to be noted.
    """
    point = {name: incoming.pop(name) for name in POINT_FIELDS if name in incoming}
    if "lon" not in point:
        return
    verdict = _verdict(place.values["lon"], point["lon"], place.provenance.get("lon") or {}, origin)
    if verdict == "set":
        point.setdefault("location_score", None)
        owner = {"source": origin.source, "date": origin.date}
        for name, new in point.items():
            if place.values[name] != new:
                place.values[name] = new
                place.provenance[name] = owner
    elif verdict in {"suggest", "keep"}:
        incoming |= {name: point[name] for name in ("lon", "lat") if name in point}


def find_place(state: StructureState, record: EstablishmentRecord) -> Place | None:
    """The place that `record` speaks of: by id, by SIRET, then by address in the same commune."""
    if "id" in record.fields:
        return state.places.get(str(record.fields["id"]))
    if record.siret:
        same = next(
            (place for place in state.places.values() if place.values["siret"] == record.siret),
            None,
        )
        if same:
            return same
    address = address_key(str(record.fields.get("address") or ""))
    for place in state.places.values():
        if place.values["municipality_code"] != record.municipality_code:
            continue
        if record.siret and place.values["siret"]:
            continue  # two different establishments, even at one address
        known = address_key(place.values["address"] or "")
        if not address or not known or address == known:
            return place
    return None


def _plan_terms(state: StructureState, record: SourceRecord, origin: Origin) -> None:
    """Terms this source gave before and gives no more are taken back; a person's choice is left alone.

    `provenance["terms"]` maps a source to the codes it gave, and holds `by` once a person chose.
    """
    owners = dict(state.provenance.get("terms") or {})
    given = list(dict.fromkeys([code for code in (record.main_sector, *record.terms) if code]))
    if not given or owners.get("by"):
        return
    for code in owners.get(origin.source, []):
        if code not in given:
            state.terms.pop(code, None)
    for code in given:
        state.terms.setdefault(code, False)
    if record.main_sector and not any(state.terms.values()):
        state.terms[record.main_sector] = True
    owners[origin.source] = given
    state.provenance["terms"] = owners


def _plan_label(state: StructureState, record: LabelRecord, origin: Origin) -> None:
    key = f"{record.code}/{record.siret}"
    known = state.labels.get(key)
    values = {
        "identifier": record.identifier,
        "valid_from": record.valid_from or None,
        "valid_to": record.valid_to or None,
        "proof": record.proof,
        "source": origin.source,
        "source_date": origin.date or None,
    }
    if known is None:
        state.labels[key] = values
    elif (
        origin.weight(origin.source) >= origin.weight(known["source"])
        and known["source"] != "agent"
    ):
        said = {name: value for name, value in values.items() if not is_empty(value)}
        if any(known[name] != said.get(name, known[name]) for name in LABEL_FIELDS):
            state.labels[key] = {**known, **said}
