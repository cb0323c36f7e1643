"""What a source holds of the territory, by family and by commune, once the plan is carried out."""

from collections import Counter
from dataclasses import dataclass, field

from maillage.sources.actions.state import StructureState
from maillage.structures.enums import State


@dataclass(slots=True)
class Tally:
    """Structures, each counted once in its family and once in every commune where it is open."""

    perimeter: frozenset[str]
    families: Counter[str] = field(default_factory=Counter)
    communes: Counter[str] = field(default_factory=Counter)

    def add(self, state: StructureState) -> None:
        codes = {
            place.values["municipality_code"]
            for place in state.places.values()
            if place.values["state"] == State.ACTIVE
        }
        if codes & self.perimeter:
            self.families[state.values["family"]] += 1
        self.communes.update(codes & self.perimeter)
