"""The public page of a structure as it would be, before anything is written."""

from datetime import datetime
from typing import NamedTuple

from maillage.directory.lib.pages import StructureSheet
from maillage.directory.queries.sheet import Proposal, structure_sheet
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class Preview(NamedTuple):
    space: Space
    sheet: StructureSheet


def preview_of(
    structure: Structure, proposal: Proposal, *, now: datetime, space: Space | None = None
) -> Preview | None:
    """In `space`, or in the first public space that shows the structure; None when none does."""
    for one in [space] if space else spaces_around(structure):
        sheet = structure_sheet(one, structure.slug, now=now, proposal=proposal)
        if sheet is not None:
            return Preview(one, sheet)
    return None


def spaces_around(structure: Structure) -> list[Space]:
    """Public spaces, five at most, whose perimeter holds a place of the structure."""
    codes = structure.establishments.values("municipality_code")
    spaces = Space.objects.filter(is_public=True, perimeter__municipality_code__in=codes)
    return list(spaces.filter(perimeter__until=None).distinct().order_by("pk")[:5])


__all__ = ["Preview", "Proposal", "preview_of"]
