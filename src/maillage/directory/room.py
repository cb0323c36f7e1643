"""Door plate of the directory: the public list and map of the structures of a space."""

from maillage.core.room import NavEntry, Room, register

register(
    Room(
        name="directory",
        label="Annuaire",
        nav=(
            NavEntry(label="Annuaire", url_name="directory:list", slot="space", order=10),
            NavEntry(label="Carte", url_name="directory:map", slot="space", order=11),
        ),
    )
)
