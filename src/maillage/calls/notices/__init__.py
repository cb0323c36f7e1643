"""Kinds of letters of the room: each module declares its own; importing them here is what declares them."""

from maillage.calls.notices import applying, awards, editions, instruction, jury, partners, reviews

__all__ = ["applying", "awards", "editions", "instruction", "jury", "partners", "reviews"]
