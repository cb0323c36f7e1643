"""What changes the territories: loading the COG, importing contours and neighbourhoods."""

from maillage.territories.actions.load import LoadSummary, load_territories

__all__ = ["LoadSummary", "load_territories"]
