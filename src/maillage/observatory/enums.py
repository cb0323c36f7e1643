"""Closed lists of the room. Codes are stable and never re-used; labels are French."""

from django.db import models


class PlaceKind(models.TextChoices):
    """What a figure or a gap is about. `code` beside it: INSEE code, SIREN, slug of a space, code of the cell."""

    COMMUNE = "commune", "commune"
    QUARTER = "quarter", "quartier"
    CELL = "cell", "carreau de 200 m"
    SPACE = "space", "espace"
    GROUPING = "grouping", "groupement de communes"
    DEPARTMENT = "department", "département"
    REGION = "region", "région"
    COUNTRY = "country", "France"


class Indicator(models.TextChoices):
    """What is counted. The unit follows from it (`lib.definitions`)."""

    STRUCTURES = "structures", "structures"
    ESTABLISHMENTS = "establishments", "établissements"
    EMPLOYERS = "employers", "structures employeuses"
    EMPLOYER_ESTABLISHMENTS = "employer_establishments", "établissements employeurs"
    JOBS = "jobs", "emplois salariés"
    WAGE_BILL = "wage_bill", "masse salariale"
    JOBS_SHARE = "jobs_share", "part des emplois salariés"
    ESTABLISHMENTS_SHARE = "establishments_share", "part des établissements"
    CREATIONS = "creations", "créations"
    CLOSURES = "closures", "cessations"
    ALL_ESTABLISHMENTS = "all_establishments", "établissements, toute l'économie"
    ALL_JOBS = "all_jobs", "emplois salariés, toute l'économie"


class Confidence(models.TextChoices):
    OFFICIAL = "official", "statistique officielle"
    PUBLISHED = "published", "publiée, méthode non vérifiée ici"
    ESTIMATE = "estimate", "estimation"
    DECLARED = "declared", "déclarée, sans document"


class DeclaredState(models.TextChoices):
    WAITING = "waiting", "à modérer"
    PUBLISHED = "published", "publié"
    REFUSED = "refused", "refusé"
    MERGED = "merged", "réuni à un autre"
    ANSWERED = "answered", "une réponse existe"


class FileStatus(models.TextChoices):
    """Steps of a working file, in order; the last two close it."""

    NOTED = "noted", "constaté"
    STUDIED = "studied", "étudié"
    CALLED = "called", "appel lancé"
    CARRIED = "carried", "porté"
    FILLED = "filled", "comblé"
    DROPPED = "dropped", "abandonné"
