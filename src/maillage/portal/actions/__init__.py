"""Verbs that compose those of the lower rooms for a screen of the management."""
