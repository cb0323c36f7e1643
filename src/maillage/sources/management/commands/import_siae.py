"""See the connector `siae`."""

from maillage.sources.management.file_command import FileCommand


class Command(FileCommand):
    help = (
        "Lit une liste de structures d'insertion (ASP ou Marché de l'inclusion) pour un espace. "
        "Exemple : maillage import_siae siae.csv --space est-ensemble"
    )
    connector_key = "siae"
    file_help = "liste de structures d'insertion (CSV)"
