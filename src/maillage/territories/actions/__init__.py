"""What changes the territories: loading the COG, importing contours and neighbourhoods."""

from maillage.territories.actions.contours import import_contours
from maillage.territories.actions.load import LoadSummary, load_territories
from maillage.territories.actions.neighbourhoods import import_neighbourhoods
from maillage.territories.actions.report import ShapeReport

__all__ = [
    "LoadSummary",
    "ShapeReport",
    "import_contours",
    "import_neighbourhoods",
    "load_territories",
]
