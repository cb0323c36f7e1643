"""Kinds of letters of the room: each module declares its own; importing them here is what declares them."""

from maillage.calls.notices import (
    allies,
    applying,
    awards,
    editions,
    instruction,
    jury,
    partners,
    reviews,
)

__all__ = ["allies", "applying", "awards", "editions", "instruction", "jury", "partners", "reviews"]
