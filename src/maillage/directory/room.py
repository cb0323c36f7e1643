"""Door plate of the directory: the public list and map of the structures of a space."""

LABEL = "Annuaire"
DESCRIPTION = "Qui fait quoi sur le territoire : chercher, filtrer, voir sur la carte, télécharger."
# Entries of the public menu of a space: (label, name of the route, which takes the space's slug).
NAVIGATION = (("Annuaire", "directory:list"), ("Carte", "directory:map"))
