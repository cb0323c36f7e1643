"""Closed lists of the room. Codes are stable and never re-used; labels are French."""

from django.db import models


class Kind(models.TextChoices):
    PROPOSE = "propose", "structure proposée"
    CORRECT = "correct", "correction"
    CLOSED = "closed", "structure dite fermée"
    REPORT = "report", "signalement"
    LABEL = "label", "agrément ou label demandé"
    NOTICE = "notice", "contenu illicite signalé"


class State(models.TextChoices):
    """Only the middle three are in the queue; the last five are ends."""

    UNVERIFIED = "unverified", "adresse à confirmer"
    OPEN = "open", "à traiter"
    SNOOZED = "snoozed", "remise à plus tard"
    ASKED = "asked", "réponse attendue"
    ACCEPTED = "accepted", "acceptée"
    PARTLY = "partly", "acceptée en partie"
    REFUSED = "refused", "refusée"
    MERGED = "merged", "doublon d'une autre"
    WITHDRAWN = "withdrawn", "retirée"


PENDING = (State.OPEN, State.SNOOZED, State.ASKED)
DECIDED = (State.ACCEPTED, State.PARTLY, State.REFUSED, State.MERGED)


class Trust(models.IntegerChoices):
    """How far we know who speaks, from the least to the most. See `permissions.trust_of`."""

    VISITOR = 0, "adresse non confirmée"
    VERIFIED = 1, "adresse confirmée"
    KNOWN = 2, "déjà utile"
    MEMBER = 3, "membre d'une autre structure"
    KEY = 4, "courrier de la structure"
    OWN = 5, "membre de la structure"
    AGENT = 6, "agent de l'espace"


class Wrong(models.TextChoices):
    """What a report is about."""

    ERROR = "error", "une erreur que je ne sais pas corriger"
    PERSONAL = "personal", "des données personnelles qui ne devraient pas être là"
    OFFENSIVE = "offensive", "un texte ou une photo déplacés"
    OTHER = "other", "autre chose"


class Illegal(models.TextChoices):
    """What a notice of illegal content is about.

    Only the first lets the name and address be left out (Regulation (EU) 2022/2065, art. 16 §2 c).
    """

    CHILD = "child", "atteinte sexuelle sur un enfant"
    HATE = "hate", "incitation à la haine, menaces, harcèlement"
    PRIVACY = "privacy", "atteinte à la vie privée ou aux données personnelles"
    DEFAMATION = "defamation", "diffamation ou injure"
    COPYRIGHT = "copyright", "droit d'auteur ou marque"
    FRAUD = "fraud", "escroquerie ou tromperie"
    OTHER = "other", "autre infraction"


class Measure(models.TextChoices):
    """What an agent may take out of sight."""

    TEXT = "text", "cacher un texte"
    PICTURE = "picture", "cacher une photo"
    PAGE = "page", "cacher la fiche"


class Ground(models.TextChoices):
    LAW = "law", "la loi"
    RULES = "rules", "les règles de l'annuaire"
