"""The newsletter of a space: who agreed to get it, its issues, and to whom each one went."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.core.models import Letter
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class Subscription(models.Model):
    """An address that asks for the newsletter of a space. Nothing is sent to it before `confirmed_at`.

    The key of the confirmation letter is kept as its hash. `wording` is the sentence that was accepted.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="subscriptions", verbose_name="espace"
    )
    email = models.EmailField("adresse e-mail")
    key_hash = models.CharField("empreinte de la clé", max_length=64, db_index=True)
    wording = models.CharField("phrase acceptée", max_length=500)
    asked_at = models.DateTimeField("demandé le")
    expires_at = models.DateTimeField("confirmation possible jusqu'au")
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    ended_at = models.DateTimeField("arrêté le", null=True, blank=True)

    class Meta:
        verbose_name = "abonnement à la lettre"
        verbose_name_plural = "abonnements à la lettre"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "email"],
                condition=Q(ended_at__isnull=True),
                name="subscription_one_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.space_id})"


class Issue(models.Model):
    """One newsletter. It is changed only while `draft`; `version` tells two agents that they crossed."""

    class State(models.TextChoices):
        DRAFT = "draft", "en préparation"
        SCHEDULED = "scheduled", "programmée"
        SENDING = "sending", "envoi en cours"
        SENT = "sent", "envoyée"

    space = models.ForeignKey(Space, models.CASCADE, related_name="issues", verbose_name="espace")
    number = models.PositiveIntegerField("numéro", null=True, blank=True)
    title = models.CharField("titre", max_length=120)
    introduction = models.TextField("introduction", max_length=5000, blank=True)
    state = models.CharField("état", max_length=9, choices=State.choices, default=State.DRAFT)
    since = models.DateTimeField("ce qui s'est passé depuis le")
    version = models.PositiveIntegerField("version", default=1)
    send_at = models.DateTimeField("envoi prévu le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="préparée par",
    )
    created_at = models.DateTimeField("commencée le")

    class Meta:
        verbose_name = "numéro de la lettre"
        verbose_name_plural = "numéros de la lettre"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["space", "number"], name="issue_number_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.DRAFT


class IssueItem(models.Model):
    """One piece of news that may be in an issue. `key` is what it is about: gathered again, it is not doubled."""

    class Kind(models.TextChoices):
        NEW = "new", "Nouvelles structures"
        LABEL = "label", "Agréments et labels"
        TEASER = "teaser", "On cherche, on propose"
        CONFIRMED = "confirmed", "Fiches tenues à jour"
        CLOSED = "closed", "Fins d'activité"

    issue = models.ForeignKey(
        Issue, models.CASCADE, related_name="items", verbose_name="numéro de la lettre"
    )
    key = models.CharField("sujet", max_length=80)
    kind = models.CharField("rubrique", max_length=9, choices=Kind.choices)
    structure = models.ForeignKey(
        Structure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="structure"
    )
    title = models.CharField("titre", max_length=250)
    text = models.CharField("texte", max_length=300, blank=True)
    is_kept = models.BooleanField("retenu", default=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "nouvelle de la lettre"
        verbose_name_plural = "nouvelles de la lettre"
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["issue", "key"], name="issueitem_once")]

    def __str__(self) -> str:
        return self.title


class IssueDelivery(models.Model):
    """An issue was written to an address: once, whatever happens to who writes it."""

    issue = models.ForeignKey(
        Issue, models.CASCADE, related_name="deliveries", verbose_name="numéro de la lettre"
    )
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", verbose_name="abonnement"
    )
    letter = models.ForeignKey(
        Letter, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="message"
    )

    class Meta:
        verbose_name = "envoi d'un numéro"
        verbose_name_plural = "envois d'un numéro"
        constraints = [
            models.UniqueConstraint(fields=["issue", "subscription"], name="issuedelivery_once")
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} → {self.subscription_id}"
