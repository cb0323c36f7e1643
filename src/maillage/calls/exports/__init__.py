"""Tables that leave the room; every one is written by `core.tabular`."""
