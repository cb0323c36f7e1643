"""Contributions of everyone, and the queue where agents decide."""

from maillage.core.room import Room, register

ROOM = register(Room(name="moderation", label="Contributions"))
