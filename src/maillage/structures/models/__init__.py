"""The ESS structure and what describes it."""

from maillage.structures.models.establishment import Establishment, EstablishmentNeighbourhood
from maillage.structures.models.freshness import (
    CallEntry,
    CallNote,
    ClosureSign,
    FreshnessReminder,
    Upkeep,
)
from maillage.structures.models.kept import Document, Draft, Link, Picture, Service, Teaser
from maillage.structures.models.label import Label
from maillage.structures.models.people import Claim, Membership, MembershipInvitation
from maillage.structures.models.reference import Activity, LegalCategory
from maillage.structures.models.structure import FormerSlug, Structure, StructureTerm
from maillage.structures.models.suppression import Suppression
from maillage.structures.models.taxonomy import Synonym, Term

__all__ = [
    "Activity",
    "CallEntry",
    "CallNote",
    "Claim",
    "ClosureSign",
    "Document",
    "Draft",
    "Establishment",
    "EstablishmentNeighbourhood",
    "FormerSlug",
    "FreshnessReminder",
    "Label",
    "LegalCategory",
    "Link",
    "Membership",
    "MembershipInvitation",
    "Picture",
    "Service",
    "Structure",
    "StructureTerm",
    "Suppression",
    "Synonym",
    "Teaser",
    "Term",
    "Upkeep",
]
