"""See the connector `data_inclusion`."""

from maillage.sources.management.file_command import FileCommand


class Command(FileCommand):
    help = (
        "Lit les structures de data.inclusion pour un espace. "
        "Exemple : maillage import_data_inclusion structures-inclusion.json --space est-ensemble"
    )
    connector_key = "data_inclusion"
    file_help = "structures de data.inclusion (JSON ou CSV)"
