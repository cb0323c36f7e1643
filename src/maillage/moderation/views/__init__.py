"""Pages of the room: load, check, one call, answer."""
