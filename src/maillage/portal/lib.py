"""Words of the portal that no model holds."""

from dataclasses import dataclass

LICENCE_OUVERTE = "Licence Ouverte 2.0"


@dataclass(frozen=True, slots=True)
class Credit:
    """How a source of data must be named, and under which licence it may be used again."""

    name: str
    producer: str
    licence: str
    url: str = ""


# Producers and licences as published on data.gouv.fr and on the producers' own sites.
CREDITS = {
    "sirene": Credit(
        "Base Sirene des entreprises et de leurs établissements",
        "INSEE, Sirene",
        LICENCE_OUVERTE,
        "https://www.data.gouv.fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret/",
    ),
    "entreprises": Credit(
        "API Recherche d'entreprises",
        "Direction interministérielle du numérique, à partir de Sirene (INSEE)",
        LICENCE_OUVERTE,
        "https://recherche-entreprises.api.gouv.fr/docs/",
    ),
    "rna": Credit(
        "Répertoire national des associations",
        "Ministère de l'Intérieur",
        LICENCE_OUVERTE,
        "https://www.data.gouv.fr/datasets/repertoire-national-des-associations/",
    ),
    "ess_list": Credit("Liste des entreprises de l'ESS", "ESS France", LICENCE_OUVERTE),
    "esus": Credit("Liste des agréments ESUS", "Direction générale du Trésor", ""),
    "siae": Credit(
        "Structures de l'insertion par l'activité économique", "Plateforme de l'inclusion, ASP", ""
    ),
    "data_inclusion": Credit("data·inclusion", "Plateforme de l'inclusion", LICENCE_OUVERTE),
    "geocoding": Credit(
        "Service de géocodage de la Géoplateforme",
        "IGN",
        LICENCE_OUVERTE,
        "https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage",
    ),
    "table": Credit("Fichier tenu par la collectivité", "la collectivité", ""),
    "agent": Credit("Saisie d'un agent", "la collectivité", ""),
    "membre": Credit("Fiche tenue par la structure", "la structure", ""),
    "decision": Credit("Décision d'un agent sur un doublon", "la collectivité", ""),
    "demo": Credit("Données inventées pour la démonstration", "Maillage", ""),
}


def credit(connector: str) -> Credit:
    return CREDITS.get(connector) or Credit(connector, "", "")
