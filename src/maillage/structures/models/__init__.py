"""The ESS structure and what describes it."""

from maillage.structures.models.establishment import Establishment, EstablishmentNeighbourhood
from maillage.structures.models.label import Label
from maillage.structures.models.reference import Activity, LegalCategory
from maillage.structures.models.structure import FormerSlug, Structure, StructureTerm
from maillage.structures.models.taxonomy import Synonym, Term

__all__ = [
    "Activity",
    "Establishment",
    "EstablishmentNeighbourhood",
    "FormerSlug",
    "Label",
    "LegalCategory",
    "Structure",
    "StructureTerm",
    "Synonym",
    "Term",
]
