"""Addresses that are told when a structure is created, updated or archived."""

from django.conf import settings
from django.db import models

from maillage.spaces.models import Space
from maillage.structures.models import Structure


class Webhook(models.Model):
    """`events` are among `structure.created`, `structure.updated`, `structure.archived`.

    The signing secret is derived from the installation's key and `salt`: it is not kept. After too many failures in
    a row the webhook is paused, and its maker told.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="webhooks", verbose_name="espace")
    url = models.URLField("adresse", max_length=500)
    description = models.CharField("à quoi elle sert", max_length=120, blank=True)
    events = models.JSONField("événements", default=list)
    salt = models.CharField("sel du secret", max_length=32)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="créé par"
    )
    created_at = models.DateTimeField("créé le")
    failures = models.PositiveSmallIntegerField("échecs de suite", default=0)
    failing_since = models.DateTimeField("échoue depuis", null=True, blank=True)
    paused_at = models.DateTimeField("en pause depuis", null=True, blank=True)
    told_up_to = models.PositiveBigIntegerField("journal lu jusqu'à", default=0)

    class Meta:
        verbose_name = "webhook"
        verbose_name_plural = "webhooks"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One call to make or made. `event_id` is the same at each attempt, so that the receiver may tell doubles."""

    class Status(models.TextChoices):
        WAITING = "waiting", "en attente"
        DONE = "done", "reçue"
        FAILED = "failed", "abandonnée"

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name="webhook"
    )
    event_id = models.UUIDField("identifiant de l'événement")
    event = models.CharField("événement", max_length=30)
    structure = models.ForeignKey(
        Structure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="structure",
    )
    payload = models.JSONField("contenu")
    status = models.CharField("état", max_length=7, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    due_at = models.DateTimeField("à envoyer le")
    answered = models.CharField("réponse", max_length=200, blank=True)
    created_at = models.DateTimeField("créée le")
    done_at = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        verbose_name = "envoi d'un webhook"
        verbose_name_plural = "envois des webhooks"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["status", "due_at"], name="webhookdelivery_due")]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="webhookdelivery_once")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"
