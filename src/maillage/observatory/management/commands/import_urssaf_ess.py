"""Read Urssaf's open series of the ESS. Example: maillage import_urssaf_ess ess.csv --space est-ensemble --apply"""

from pathlib import Path
from typing import ClassVar

from django.utils import timezone

from maillage.observatory.connectors import urssaf
from maillage.observatory.lib.drafts import Reading
from maillage.observatory.management.base import FiguresCommand
from maillage.observatory.queries.naming import departments_of
from maillage.spaces.models import Space


class Command(FiguresCommand):
    help = (
        "Lit la série ESS par département de l'Urssaf (établissements, effectifs, masse salariale, par famille et par "
        "année) pour les départements de l'espace. Exemple : maillage import_urssaf_ess ess.csv --space est-ensemble --apply"
    )
    connector: ClassVar[str] = "urssaf_ess"
    file_help: ClassVar[str] = "le fichier CSV de open.urssaf.fr"

    def read(self, space: Space, path: Path) -> Reading:
        return urssaf.read(path, departments_of(space), last_year=timezone.localdate().year)
