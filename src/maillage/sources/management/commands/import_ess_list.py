"""See the connector `ess_list`."""

from maillage.sources.management.file_command import FileCommand


class Command(FileCommand):
    help = (
        "Marque les structures connues qui figurent dans la liste d'ESS France. "
        "Exemple : maillage import_ess_list entreprisesess.csv --space est-ensemble"
    )
    connector_key = "ess_list"
    file_help = "liste des entreprises de l'ESS (CSV)"
