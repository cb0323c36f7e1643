"""Read any table an agent keeps. Example: maillage import_table annuaire.xlsx --space est-ensemble."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.utils import timezone

from maillage.core.tabular.reading import TableError, open_table
from maillage.sources.actions.mappings import remember_mapping
from maillage.sources.connectors.table.fields import BY_KEY, LABEL_PREFIX, is_target
from maillage.sources.connectors.table.memory import proposal_for
from maillage.sources.management.base import ImportCommand, space_named


class Command(ImportCommand):
    help = (
        "Importe un tableau (CSV, XLSX, XLS, ODS, GeoJSON, JSON). Les colonnes sont reconnues d'après leur nom "
        "et leur contenu ; --map corrige. Exemple : maillage import_table annuaire.xlsx --space est-ensemble "
        '--map "Intitulé=name" --map "Notes=" --apply'
    )
    connector_key: ClassVar[str] = "table"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="le tableau à lire")
        super().add_arguments(parser)
        parser.add_argument("--sheet", default="", metavar="FEUILLE", help="feuille d'un classeur")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLONNE=CHAMP",
            help=f"champ d'une colonne (vide : ne pas lire) ; champs : {', '.join(BY_KEY)}, "
            f"{LABEL_PREFIX}CODE pour une colonne oui/non ; peut être répété",
        )
        parser.add_argument(
            "--mapping",
            default="",
            metavar="JSON",
            help='correspondances complètes : {"colonne": "champ"} ou un fichier JSON',
        )
        parser.add_argument("--source", default="", metavar="TEXTE", help="origine des données")

    def files(self, options: dict[str, Any]) -> dict[str, Path]:
        return {"file": options["file"].absolute()}

    def connector_options(self, options: dict[str, Any]) -> dict[str, Any]:
        space = space_named(options["space"])
        try:
            table = open_table(options["file"], sheet=options["sheet"] or None)
            proposal = proposal_for(space, table)
        except TableError as error:
            raise CommandError(str(error), returncode=2) from error
        mapping = dict.fromkeys(table.headers, "") if options["mapping"] else proposal.mapping
        mapping |= _whole(options["mapping"]) | dict(map(_pair, options["map"]))
        self._say(mapping, proposal.name)
        for header in mapping:
            if header not in table.headers:
                known = ", ".join(f"« {name} »" for name in table.headers[:30])
                raise CommandError(
                    f"Le fichier n'a pas de colonne « {header} ». Colonnes : {known}.", returncode=2
                )
        if options["apply"]:
            remember_mapping(space, mapping, name=options["file"].name, by=None, now=timezone.now())
        extra = {name: options[name] for name in ("sheet", "source") if options[name]}
        return super().connector_options(options) | {"mapping": mapping} | extra

    def _say(self, mapping: dict[str, str], kept: str) -> None:
        self.stdout.write(
            f"Colonnes (comme pour « {kept} ») :" if kept else "Colonnes (proposition) :"
        )
        for header, target in mapping.items():
            label = BY_KEY[target].label if target in BY_KEY else target
            self.stdout.write(f"  {header[:40]:<40}  {label or '—'}")


def _pair(text: str) -> tuple[str, str]:
    header, sign, target = text.rpartition("=")
    if not sign:
        raise CommandError(f"--map attend COLONNE=CHAMP, pas « {text} ».", returncode=2)
    return header, _known(target.strip())


def _known(target: str) -> str:
    if not is_target(target):
        raise CommandError(
            f"« {target} » n'est pas un champ connu. Champs : {', '.join(BY_KEY)}.", returncode=2
        )
    return target


def _whole(text: str) -> dict[str, str]:
    """The mapping given as JSON, or in a file."""
    if not text:
        return {}
    try:
        said = json.loads(text if text.lstrip().startswith("{") else Path(text).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(
            "--mapping attend du JSON ou un fichier JSON lisible.", returncode=2
        ) from error
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise CommandError('--mapping attend {"colonne": "champ"}.', returncode=2)
    return {header: _known(target) for header, target in said.items()}
