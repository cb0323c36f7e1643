"""Read a table of published figures. Example: maillage import_figures chiffres.xlsx --space est-ensemble --apply"""

from pathlib import Path
from typing import ClassVar

from django.utils import timezone

from maillage.observatory.connectors import table
from maillage.observatory.lib.drafts import Reading
from maillage.observatory.management.base import FiguresCommand
from maillage.spaces.models import Space


class Command(FiguresCommand):
    help = (
        "Lit un tableau de chiffres publiés (CSV, XLSX, ODS…) : indicateur, sorte de territoire, code, année, valeur, "
        "source, périmètre. Exemple : maillage import_figures chiffres.xlsx --space est-ensemble --apply"
    )
    connector: ClassVar[str] = "table"
    file_help: ClassVar[str] = "le tableau à lire"

    def read(self, space: Space, path: Path) -> Reading:
        return table.read(path, space, today=timezone.localdate())
