"""See the connector `esus`."""

from maillage.sources.management.file_command import FileCommand


class Command(FileCommand):
    help = (
        "Donne leur agrément ESUS aux structures connues. "
        "Exemple : maillage import_esus liste-esus.xlsx --space est-ensemble"
    )
    connector_key = "esus"
    file_help = "liste nationale des agréments (XLSX)"
