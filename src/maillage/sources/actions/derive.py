"""Fields that follow from others: they are computed at the end of a plan, so that the report shows them."""

from datetime import date

from maillage.sources.actions.state import StructureState
from maillage.structures.actions.ess import EssFacts, derived_fields
from maillage.structures.queries.perimeter import Perimeter

ALWAYS = frozenset({"ess_status", "ess_reason"})


def derive(state: StructureState, perimeter: Perimeter, today: date) -> None:
    """Set the derived fields of `state`; a field that a source or a person gave is left as it is."""
    values = state.values
    for name, value in derived_fields(facts_of(state, today), perimeter).items():
        if name in ALWAYS or (value and name not in state.provenance):
            values[name] = str(value)


def facts_of(state: StructureState, today: date) -> EssFacts:
    values = state.values
    return EssFacts(
        legal_category=values["legal_category"],
        activity_code=values["activity_code"],
        activity_nomenclature=values["activity_nomenclature"],
        flag=values["ess_flag_sirene"],
        in_list=values["in_ess_list"],
        valid_labels=_valid_labels(state, today.isoformat()),
        override=state.ess_override,
        override_reason=state.ess_override_reason,
        size_band=values["size_band"],
        is_employer=values["is_employer"],
    )


def _valid_labels(state: StructureState, today: str) -> frozenset[str]:
    return frozenset(
        key.split("/")[0]
        for key, label in state.labels.items()
        if not label["valid_to"] or label["valid_to"] >= today
    )
