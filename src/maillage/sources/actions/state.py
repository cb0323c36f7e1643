"""A structure as the directory holds it, in memory, while a run plans what it would change."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from maillage.sources.lib import to_json
from maillage.sources.models import Suggestion
from maillage.structures.models import (
    Establishment,
    Label,
    Structure,
    StructureTerm,
    Suppression,
)

STRUCTURE_FIELDS = (
    "name", "legal_name", "acronym", "siren", "rna", "family", "legal_category", "activity_code",
    "activity_nomenclature", "description", "website", "email", "phone", "size_band", "size_year",
    "is_employer", "life_stage", "typology", "typology_origin", "typology_reason", "created_on",
    "ceased_on", "state", "disclosure", "ess_flag_sirene", "in_ess_list", "ess_status", "ess_reason",
    "is_demo",
)  # fmt: skip
ESTABLISHMENT_FIELDS = (
    "siret", "name", "is_head_office", "address", "postal_code", "municipality_code", "lon", "lat",
    "location_quality", "location_source", "location_score", "address_is_public", "activity_code",
    "activity_nomenclature", "size_band", "size_year", "opened_on", "closed_on", "state", "disclosure",
)  # fmt: skip
LABEL_FIELDS = ("identifier", "valid_from", "valid_to", "proof", "source", "source_date")
DEFAULTS = {name: to_json(getattr(Structure(), name)) for name in STRUCTURE_FIELDS}
PLACE_DEFAULTS = {name: to_json(getattr(Establishment(), name)) for name in ESTABLISHMENT_FIELDS}

Values = dict[str, Any]


@dataclass(slots=True)
class Place:
    """`key` is the primary key as text, or `new-N` for a place that this run would create."""

    key: str
    values: Values = field(default_factory=lambda: dict(PLACE_DEFAULTS))
    provenance: Values = field(default_factory=dict)

    def copy(self) -> "Place":
        return Place(self.key, dict(self.values), dict(self.provenance))


@dataclass(slots=True)
class StructureState:
    """Values are in their JSON form. `pk` is None for a structure that this run would create.

    `terms` maps a code to "is it the main one"; `labels` maps `code/siret` to the label's values.
    """

    pk: int | None = None
    values: Values = field(default_factory=lambda: dict(DEFAULTS))
    provenance: Values = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    terms: dict[str, bool] = field(default_factory=dict)
    labels: dict[str, Values] = field(default_factory=dict)
    suggested: set[tuple[str, str]] = field(default_factory=set)
    suppressed: set[str] = field(default_factory=set)
    ess_override: str = ""
    ess_override_reason: str = ""

    def copy(self) -> "StructureState":
        return StructureState(
            pk=self.pk,
            values=dict(self.values),
            provenance=dict(self.provenance),
            places={key: place.copy() for key, place in self.places.items()},
            terms=dict(self.terms),
            labels=dict(self.labels),
            suggested=set(self.suggested),
            suppressed=set(self.suppressed),
            ess_override=self.ess_override,
            ess_override_reason=self.ess_override_reason,
        )


def load_states(structure_ids: Iterable[int]) -> dict[int, StructureState]:
    """The present state of these structures, in a constant number of queries per 500."""
    ids = sorted(set(structure_ids))
    states: dict[int, StructureState] = {}
    for start in range(0, len(ids), 500):
        states.update(_load_batch(ids[start : start + 500]))
    return states


def _load_batch(ids: list[int]) -> dict[int, StructureState]:
    states = {
        structure.pk: StructureState(
            pk=structure.pk,
            values={name: to_json(getattr(structure, name)) for name in STRUCTURE_FIELDS},
            provenance=structure.provenance,
            ess_override=structure.ess_override,
            ess_override_reason=structure.ess_override_reason,
        )
        for structure in Structure.objects.filter(pk__in=ids)
    }
    for place in Establishment.objects.filter(structure_id__in=ids).order_by("id"):
        states[place.structure_id].places[str(place.pk)] = Place(
            key=str(place.pk),
            values={name: to_json(getattr(place, name)) for name in ESTABLISHMENT_FIELDS},
            provenance=place.provenance,
        )
    through = StructureTerm.objects.filter(structure_id__in=ids)
    for structure_id, code, is_main in through.values_list("structure_id", "term__code", "is_main"):
        states[structure_id].terms[code] = is_main
    for label in Label.objects.filter(structure_id__in=ids).select_related("term", "establishment"):
        siret = (label.establishment.siret or "") if label.establishment else ""
        states[label.structure_id].labels[f"{label.term.code}/{siret}"] = {
            name: to_json(getattr(label, name)) for name in LABEL_FIELDS
        }
    kept = Suggestion.objects.filter(structure_id__in=ids).exclude(
        status=Suggestion.Status.ACCEPTED
    )
    for structure_id, name, proposed in kept.values_list("structure_id", "field", "proposed"):
        states[structure_id].suggested.add((name, str(proposed)))
    withdrawn = Suppression.objects.filter(structure_id__in=ids).order_by("pk")
    for structure_id, name in withdrawn.values_list("structure_id", "field"):
        states[structure_id].suppressed.add(name)
    return states
