"""Keeping pages true: reminders to the structure, calls by the agents."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.structures.enums import CallOutcome
from maillage.structures.models.structure import Structure


class FreshnessReminder(models.Model):
    """A letter that asks whether the page is right. Its key opens the three answers without a password.

    `months` is the age of the page that caused it: 6, 9 or 12. Only the hash of the key is kept.
    """

    class Answer(models.TextChoices):
        RIGHT = "right", "tout est juste"
        CORRECT = "correct", "à corriger"
        CLOSED = "closed", "structure fermée"

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="reminders", verbose_name="structure"
    )
    months = models.PositiveSmallIntegerField("âge de la fiche (mois)")
    to = models.EmailField("adresse")
    key_hash = models.CharField("empreinte de la clé", max_length=64, unique=True)
    sent_at = models.DateTimeField("envoyé le")
    expires_at = models.DateTimeField("valable jusqu'au")
    answer = models.CharField("réponse", max_length=7, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "rappel de fraîcheur"
        verbose_name_plural = "rappels de fraîcheur"
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(fields=["structure", "-sent_at"], name="reminder_of_structure"),
        ]

    def __str__(self) -> str:
        return f"{self.structure} ({self.months} mois)"


class CallNote(models.Model):
    """A call made, or given up, by an agent; `next_on` is the day to call again."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="calls", verbose_name="structure"
    )
    space_id = models.BigIntegerField("espace")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("le")
    outcome = models.CharField("résultat", max_length=12, choices=CallOutcome.choices)
    note = models.CharField("note", max_length=500, blank=True)
    next_on = models.DateField("rappeler le", null=True, blank=True)
    is_last = models.BooleanField("dernier appel", default=True)

    class Meta:
        verbose_name = "appel d'un agent"
        verbose_name_plural = "appels des agents"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["space_id", "structure"],
                name="callnote_last_of_space",
                condition=Q(is_last=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} {self.outcome}"
