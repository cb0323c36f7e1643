"""Maillage: the platform of a territory for the social and solidarity economy."""
