"""The register of processing, and what people ask about their data."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class LegalBasis(models.TextChoices):
    """The six of RGPD article 6-1."""

    CONSENT = "a", "consentement (article 6-1-a)"
    CONTRACT = "b", "exécution d'un contrat (article 6-1-b)"
    OBLIGATION = "c", "obligation légale (article 6-1-c)"
    VITAL = "d", "sauvegarde des intérêts vitaux (article 6-1-d)"
    PUBLIC_TASK = "e", "mission d'intérêt public (article 6-1-e)"
    LEGITIMATE = "f", "intérêt légitime (article 6-1-f)"


class ProcessingActivity(models.Model):
    """One sheet of a space's register (RGPD article 30-1).

    `code` names the sheet that Maillage ships and that this one replaces; empty, the space added it.
    `retentions` are prefixes of `Retention` codes: their durations are always shown with `retention`.
    """

    space = models.ForeignKey(
        "spaces.Space", models.CASCADE, related_name="activities", verbose_name="espace"
    )
    code = models.SlugField("fiche remplacée", max_length=40, blank=True)
    name = models.CharField("nom", max_length=120)
    purpose = models.TextField("finalités", max_length=2000)
    legal_basis = models.CharField(
        "base légale", max_length=1, choices=LegalBasis.choices, default=LegalBasis.PUBLIC_TASK
    )
    people = models.TextField("personnes concernées", max_length=1000)
    data = models.TextField("catégories de données", max_length=2000)
    source = models.TextField("d'où viennent les données", max_length=1000)
    recipients = models.TextField("destinataires", max_length=1000)
    retention = models.TextField("durée de conservation", max_length=1000, blank=True)
    retentions = models.JSONField("durées appliquées", default=list, blank=True)
    transfers = models.TextField("transferts hors de l'Union européenne", max_length=1000)
    security = models.TextField("mesures de sécurité", max_length=2000)
    is_used = models.BooleanField("traitement mis en œuvre", default=True)
    updated_at = models.DateTimeField("mise à jour")

    class Meta:
        verbose_name = "fiche du registre"
        verbose_name_plural = "fiches du registre"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "code"], condition=~Q(code=""), name="activity_space_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Right(models.TextChoices):
    """RGPD articles 15 to 21."""

    OPPOSITION = "opposition", "m'opposer à une publication"
    RECTIFICATION = "correction", "faire corriger une information"
    ERASURE = "erasure", "faire effacer mes données"
    ACCESS = "access", "savoir ce qui est gardé sur moi"
    LIMITATION = "limitation", "faire geler mes données le temps d'une vérification"


class RightsRequest(models.Model):
    """What somebody asks about their data, and the answer. `due_on` is one month later (RGPD article 12-3)."""

    class State(models.TextChoices):
        OPEN = "open", "à traiter"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    space = models.ForeignKey(
        "spaces.Space", models.CASCADE, related_name="rights_requests", verbose_name="espace"
    )
    right = models.CharField("demande", max_length=11, choices=Right.choices)
    page = models.CharField("page concernée", max_length=300, blank=True)
    structure_id = models.BigIntegerField("structure concernée", null=True, blank=True)
    reason = models.TextField("ce qui est demandé", max_length=2000)
    email = models.EmailField("adresse pour répondre")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="personne",
    )
    received_at = models.DateTimeField("reçue le")
    due_on = models.DateField("à traiter avant le")
    state = models.CharField("état", max_length=8, choices=State.choices, default=State.OPEN)
    hidden = models.JSONField("ce qui a été retiré", default=list, blank=True)
    answer = models.TextField("réponse envoyée", max_length=3000, blank=True)
    decided_at = models.DateTimeField("traitée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="traitée par",
    )

    class Meta:
        verbose_name = "demande sur des données"
        verbose_name_plural = "demandes sur des données"
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["space", "state", "due_on"], name="rights_queue")]

    def __str__(self) -> str:
        return f"{self.get_right_display()} ({self.received_at:%Y-%m-%d})"
