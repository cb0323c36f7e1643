"""Door plate of the directory: the public list and map of the structures of a space."""

from django.http import HttpRequest

from maillage.core.personal import forgotten, told
from maillage.core.room import NavEntry, Panel, PersonalData, Retention, Room, register
from maillage.directory.actions.booklets import forget_old
from maillage.directory.lib.booklet import KEPT
from maillage.directory.views.embeds import EMBEDS
from maillage.structures.models import Structure


def public_page_of(_request: HttpRequest, structure: Structure) -> dict[str, object]:
    return {"structure": structure}


register(
    Room(
        name="directory",
        label="Annuaire",
        embeds=EMBEDS,
        panels=(
            Panel(
                slot="structure_crumbs",
                template="directory/_crumbs_to.html",
                context=public_page_of,
            ),
        ),
        personal=(
            PersonalData(
                model="directory.SavedSearch",
                fields=("user",),
                label="Recherches enregistrées",
                export=told(
                    "directory.SavedSearch",
                    "user",
                    nom="name",
                    espace="space__name",
                    recherche="querystring",
                    **{"enregistrée le": "created_at"},
                ),
                erase=forgotten("directory.SavedSearch", "user"),
            ),
        ),
        retention=(
            Retention(
                code="directory.booklets",
                label="Livrets à imprimer, faits à la demande",
                days=KEPT.days,
                basis="RGPD, article 5-1-e : pas plus longtemps qu'il ne faut",
                purge=forget_old,
            ),
        ),
        nav=(
            NavEntry(label="Annuaire", url_name="directory:list", slot="space", order=10),
            NavEntry(
                label="Mes recherches",
                url_name="searches:list",
                slot="account",
                order=35,
                icon="list-search",
            ),
            NavEntry(label="Carte", url_name="directory:map", slot="space", order=11),
        ),
    )
)
