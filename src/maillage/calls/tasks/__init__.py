"""Jobs and clocks of the room: each module declares its own; importing them here is what declares them."""

from maillage.calls.tasks import applying, awards, editions, instruction, publishing, reading

__all__ = ["applying", "awards", "editions", "instruction", "publishing", "reading"]
