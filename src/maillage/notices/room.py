"""Messages: inbox, digests, follows, newsletter, the outbox shown to agents."""

from maillage.core.room import Room, register

ROOM = register(Room(name="notices", label="Messages"))
