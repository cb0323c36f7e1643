"""Read who lives where, for the communes of a space."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.observatory.queries.supply import perimeter_of
from maillage.spaces.models import Space
from maillage.territories.actions.population import (
    PopulationReport,
    codes_to_read,
    import_counts,
    import_squares,
)
from maillage.territories.connectors.population import (
    PopulationFileError,
    is_grid,
    read_counts,
    read_squares,
)

SHOWN = 20


class Command(BaseCommand):
    """Dry run unless `--apply`. The last line printed is JSON. Exit code 2: the file is refused."""

    help = (
        "Lit une population : les carreaux de 200 m de l'Insee (Parquet ou CSV), pour les communes d'un "
        "espace, ou un CSV d'effectifs code;groupe;annee;effectif;source. Exemple : maillage "
        "import_population carreaux_200m_met.parquet --space est-ensemble --year 2021 --apply"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--space", required=True, help="Adresse de l'espace.")
        parser.add_argument("--year", type=int, help="Année des carreaux.")
        parser.add_argument("--source", default="", help="Producteur, licence et date, à citer.")
        parser.add_argument(
            "--apply", action="store_true", help="Écrit ; sans cette option, rien n'est changé."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        space = Space.objects.filter(slug=options["space"]).first()
        if space is None:
            raise CommandError(f"Il n'y a pas d'espace « {options['space']} ».", returncode=2)
        try:
            report = self._read(space, options)
        except PopulationFileError as error:
            raise CommandError(str(error), returncode=2) from error
        self._tell(report, applied=options["apply"])

    def _read(self, space: Space, options: dict[str, Any]) -> PopulationReport:
        path: Path = options["file"]
        if not is_grid(path):
            return import_counts(read_counts(path), apply=options["apply"])
        if options["year"] is None:
            raise PopulationFileError("Indiquez l'année des carreaux : --year 2021.")
        codes = set(perimeter_of(space))
        if not codes:
            raise PopulationFileError("Cet espace n'a aucune commune : rien ne serait gardé.")
        read = read_squares(path, codes_to_read(codes))
        if not read.rows:
            raise PopulationFileError(
                f"« {path.name} » n'a aucun carreau habité dans les communes de {space.name}."
            )
        source = options["source"] or f"Insee, données carroyées {options['year']} ({path.name})"
        report = import_squares(
            read.rows, codes, year=options["year"], source=source, apply=options["apply"]
        )
        report.refused = [*read.refused, *report.refused]
        return report

    def _tell(self, report: PopulationReport, *, applied: bool) -> None:
        for reason in report.refused[:SHOWN]:
            self.stdout.write(f"Refusé · {reason}")
        if len(report.refused) > SHOWN:
            self.stdout.write(f"… et {len(report.refused) - SHOWN} autres refus.")
        done = "Écrit" if applied else "Essai à blanc, rien n'est changé"
        self.stdout.write(
            f"{done} : {report.created} nouveaux, {report.updated} modifiés, {report.unchanged} inchangés, "
            f"{report.removed} retirés, {report.outside} hors de l'espace, {len(report.refused)} refusés ; "
            f"{round(report.people)} personnes."
        )
        if not applied and (report.created or report.updated or report.removed):
            self.stdout.write("Relancez avec --apply pour écrire.")
        self.stdout.write(json.dumps(report.as_json()))
