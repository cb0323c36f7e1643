"""Read the two Sirene stock files for a space."""

from maillage.sources.management.base import ImportCommand


class Command(ImportCommand):
    help = (
        "Lit les deux fichiers stocks de Sirene (CSV, CSV zippé ou Parquet) pour un espace. Exemple : "
        "maillage import_sirene --units StockUniteLegale_utf8.zip "
        "--establishments StockEtablissement_utf8.zip --space est-ensemble"
    )
    connector_key = "sirene"
    file_options = {
        "units": "fichier StockUniteLegale",
        "establishments": "fichier StockEtablissement",
    }
