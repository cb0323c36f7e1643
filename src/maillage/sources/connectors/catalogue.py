"""The sources an agent can read from the screens: what they are, which files they want."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`role` is the name that the connector knows the file by."""

    role: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """`command` does the same from the shell, for files too big to be sent by a browser.

    A source without files asks a service.
    """

    key: str
    label: str
    summary: str
    files: tuple[SourceFile, ...]
    command: str


SOURCES = (
    Source(
        "table",
        "Un tableau que vous tenez",
        "CSV, XLSX, XLS, ODS, GeoJSON ou JSON : liste d'adhérents, annuaire, subventions, tiers-lieux… "
        "Les colonnes sont reconnues, vous corrigez.",
        (
            SourceFile(
                "file",
                "Fichier",
                "Une structure par ligne. Il suffit d'un nom et d'une commune, ou d'un SIRET.",
            ),
        ),
        "import_table",
    ),
    Source(
        "sirene",
        "Sirene (Insee)",
        "Le registre des entreprises et des associations qui ont un SIREN. La meilleure base de départ.",
        (
            SourceFile(
                "units", "Unités légales", "StockUniteLegale, CSV ou Parquet, complet ou extrait."
            ),
            SourceFile(
                "establishments",
                "Établissements",
                "StockEtablissement, CSV ou Parquet, complet ou extrait.",
            ),
        ),
        "import_sirene",
    ),
    Source(
        "rna",
        "Répertoire national des associations",
        "Les associations déclarées, avec leur objet. Fichier « waldec » ou « import » d'un département.",
        (SourceFile("file", "Fichier du RNA"),),
        "import_rna",
    ),
    Source(
        "ess_list",
        "Liste des entreprises de l'ESS (ESS France)",
        "Confirme l'appartenance à l'ESS des structures que l'annuaire connaît.",
        (SourceFile("file", "Fichier de la liste"),),
        "import_ess_list",
    ),
    Source(
        "esus",
        "Entreprises agréées ESUS (Trésor)",
        "Les agréments d'entreprise solidaire d'utilité sociale, avec leurs dates.",
        (SourceFile("file", "Classeur de la liste"),),
        "import_esus",
    ),
    Source(
        "siae",
        "Structures de l'insertion (SIAE)",
        "Liste de l'ASP ou export du Marché de l'inclusion.",
        (SourceFile("file", "Fichier de la liste"),),
        "import_siae",
    ),
    Source(
        "data_inclusion",
        "data·inclusion",
        "Les structures d'insertion et d'accompagnement recensées par data·inclusion.",
        (SourceFile("file", "Fichier des structures"),),
        "import_data_inclusion",
    ),
    Source(
        "entreprises",
        "API Recherche d'entreprises",
        "Interroge le service de l'État, commune par commune : ce que Sirene dit aujourd'hui, sans fichier.",
        (),
        "sync_entreprises",
    ),
    Source(
        "geocoding",
        "Placer les adresses sur la carte",
        "Demande à la Géoplateforme la position des adresses qui n'en ont pas, ou une position approximative.",
        (),
        "geocode",
    ),
)
BY_KEY = {source.key: source for source in SOURCES}
OTHER_LABELS = {"decision": "Décision sur un doublon possible"}


def source_label(key: str) -> str:
    """French name of a connector, whether or not it can be started from the screens."""
    return BY_KEY[key].label if key in BY_KEY else OTHER_LABELS.get(key, key)
