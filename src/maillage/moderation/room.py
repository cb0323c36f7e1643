"""Door plate of the contributions: the agents' queue, and what a person sent."""

from maillage.core.room import NavEntry, Room, register

ROOM = register(
    Room(
        name="moderation",
        label="Contributions",
        nav=(
            NavEntry(
                label="Contributions",
                url_name="moderation:queue",
                slot="agent",
                order=15,
                icon="inbox",
            ),
            NavEntry(
                label="Mes contributions",
                url_name="moderation_account:mine",
                slot="account",
                order=40,
                icon="message-circle",
            ),
        ),
    )
)
