"""What the two imports of shapes share: reading the file, and saying what was found."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.territories.actions import ShapeReport
from maillage.territories.connectors.geojson import Feature, GeoFileError, read_features

SHOWN = 20


class ShapeCommand(BaseCommand):
    """Dry run unless `--apply`. The last line printed is JSON. Exit code 2: the file is refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.geojson")
        parser.add_argument(
            "--apply", action="store_true", help="Écrit ; sans cette option, rien n'est changé."
        )
        parser.add_argument("--source", default="", help="Producteur, licence et date, à citer.")

    def run(
        self, options: dict[str, Any], work: Callable[[list[Feature], str], ShapeReport]
    ) -> None:
        path: Path = options["file"]
        try:
            report = work(read_features(path), options["source"] or f"Fichier {path.name}")
        except GeoFileError as error:
            raise CommandError(str(error), returncode=2) from error
        self._tell(report, applied=options["apply"])

    def _tell(self, report: ShapeReport, *, applied: bool) -> None:
        for reason in report.refused[:SHOWN]:
            self.stdout.write(f"Refusé · {reason}")
        if len(report.refused) > SHOWN:
            self.stdout.write(f"… et {len(report.refused) - SHOWN} autres refus.")
        done = "Écrit" if applied else "Essai à blanc, rien n'est changé"
        self.stdout.write(
            f"{done} : {report.created} nouveaux, {report.updated} modifiés, "
            f"{report.unchanged} inchangés, {report.removed} retirés ; {report.repaired} polygones "
            f"réparés, {len(report.refused)} objets refusés."
        )
        if not applied and (report.created or report.updated or report.removed):
            self.stdout.write("Relancez avec --apply pour écrire.")
        self.stdout.write(json.dumps(report.as_json()))
