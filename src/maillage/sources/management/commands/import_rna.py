"""See the connector `rna`."""

from maillage.sources.management.file_command import FileCommand


class Command(FileCommand):
    help = (
        "Lit un export du répertoire national des associations (waldec ou import) pour un espace. "
        "Exemple : maillage import_rna rna_waldec_20261101_dpt_93.csv --space est-ensemble"
    )
    connector_key = "rna"
    file_help = "export du RNA (CSV, ou CSV zippé)"
