"""What may be followed, as it is written in addresses."""

STRUCTURE, SECTOR, COMMUNE = "structure", "secteur", "commune"
KINDS = (STRUCTURE, SECTOR, COMMUNE)
