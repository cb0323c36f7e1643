"""Door plate of the directory: the public list and map of the structures of a space."""

from django.http import HttpRequest

from maillage.core.room import NavEntry, Panel, Room, register
from maillage.structures.models import Structure


def public_page_of(_request: HttpRequest, structure: Structure) -> dict[str, object]:
    return {"structure": structure}


register(
    Room(
        name="directory",
        label="Annuaire",
        panels=(
            Panel(
                slot="structure_crumbs",
                template="directory/_crumbs_to.html",
                context=public_page_of,
            ),
        ),
        nav=(
            NavEntry(label="Annuaire", url_name="directory:list", slot="space", order=10),
            NavEntry(label="Carte", url_name="directory:map", slot="space", order=11),
        ),
    )
)
