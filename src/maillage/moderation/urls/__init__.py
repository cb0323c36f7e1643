"""Addresses of the room: the public's, the contributor's, the agents'."""
