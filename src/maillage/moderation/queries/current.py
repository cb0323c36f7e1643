"""What the page says now of the fields that may be proposed."""

from maillage.moderation.lib.fields import FIELDS, PLACE, TERM
from maillage.moderation.models import Contribution
from maillage.structures.enums import Axis
from maillage.structures.models import Establishment, Structure


def place_of(contribution: Contribution) -> Establishment | None:
    """The place that the contributor was shown, as long as the structure still has it."""
    pk = contribution.details.get("place")
    if not pk or contribution.structure_id is None:
        return None
    return Establishment.objects.filter(pk=pk, structure_id=contribution.structure_id).first()


def main_sector(structure: Structure) -> str:
    """Code of the main sector, or empty."""
    main = structure.structure_terms.filter(is_main=True, term__axis=Axis.SECTOR)
    return main.values_list("term__code", flat=True).first() or ""


def current_values(structure: Structure, place: Establishment | None) -> dict[str, str]:
    """Present value of every field that may be proposed, as text. One query, for the sector."""
    found = {}
    for name, field in FIELDS.items():
        if field.owner == TERM:
            found[name] = main_sector(structure)
        else:
            holder = place if field.owner == PLACE else structure
            found[name] = str(getattr(holder, name, None) or "")
    return found
