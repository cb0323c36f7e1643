"""Proofs about a person's data: what they agreed to, and that they are forgotten."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Consent(models.Model):
    """Somebody agreed to `purpose` on words they were shown; it is in force until `withdrawn_at`.

    Who has no account is known by `email_hash` (`accounts.lib.email_hash`): enough to prove, not to write.
    `purpose` is `room.thing`, `space_id` is empty when the purpose does not depend on a space.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name="personne",
    )
    email_hash = models.CharField("empreinte de l'adresse", max_length=64, blank=True)
    space_id = models.BigIntegerField("espace", null=True, blank=True)
    purpose = models.CharField("finalité", max_length=60)
    wording = models.TextField("phrase acceptée", max_length=1000)
    given_at = models.DateTimeField("donné le")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "consentement"
        verbose_name_plural = "consentements"
        ordering = ["-given_at", "-id"]
        indexes = [models.Index(fields=["email_hash", "purpose"], name="consent_of_address")]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(email_hash=""), name="consent_of_somebody"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.given_at:%Y-%m-%d}"


class Erasure(models.Model):
    """An account was emptied. A backup older than that must not bring the person back."""

    person = models.CharField("empreinte du compte", max_length=64, unique=True)
    at = models.DateTimeField("effacé le")

    class Meta:
        verbose_name = "effacement"
        verbose_name_plural = "effacements"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.person[:8]} {self.at:%Y-%m-%d}"
