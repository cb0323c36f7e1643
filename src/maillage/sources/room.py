"""Door plate of the imports."""

from maillage.core.room import NavEntry, Room, register

ROOM = register(
    Room(
        name="sources",
        label="Imports",
        nav=(
            NavEntry(
                label="Imports",
                url_name="sources:list",
                slot="agent",
                order=30,
                icon="file-import",
                also=("sources:doubts", "sources:suggestions"),
            ),
        ),
    )
)
