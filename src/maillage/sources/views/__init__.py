"""Screens of the imports, for the agents of a space."""
