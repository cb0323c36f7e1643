"""How each source of data is named, under which licence, and which of them a space holds."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from maillage.sources.models import ImportRun
from maillage.spaces.models import Space

LICENCE_OUVERTE = "Licence Ouverte 2.0"
LICENCE_OUVERTE_URL = (
    "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
)


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


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source of the space's data: when it was last applied, and how fresh it was."""

    connector: str
    applied_at: datetime | None
    source_date: date | None


def sources_of(space: Space) -> list[SourceState]:
    """Sources in force, the freshest application first; undone imports don't count."""
    rows = (
        ImportRun.objects.filter(space=space, status=ImportRun.Status.APPLIED)
        .values("connector")
        .annotate(applied=Max("applied_at"), dated=Max("source_date"))
        .order_by("-applied", "connector")
    )
    return [SourceState(row["connector"], row["applied"], row["dated"]) for row in rows]


def credited(space: Space) -> list[tuple[SourceState, Credit]]:
    """Each source in force and how to name it."""
    return [(state, credit(state.connector)) for state in sources_of(space)]
