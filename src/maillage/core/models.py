"""The journal: who changed what, when, in whose name. Append-only; it is also the history of an object."""

from django.conf import settings
from django.db import models

from maillage.core.search.models import SearchDocument, SearchWord

__all__ = ["Clock", "JournalEntry", "SearchDocument", "SearchWord"]


class JournalEntry(models.Model):
    """One act. `changes` maps a field to `[before, after]`; both are JSON values."""

    at = models.DateTimeField("quand", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    action = models.CharField("action", max_length=60)
    subject_type = models.CharField("type d'objet", max_length=60)
    subject_id = models.CharField("objet", max_length=40)
    space_id = models.BigIntegerField("espace", null=True, blank=True)
    run_id = models.BigIntegerField("import", null=True, blank=True)
    changes = models.JSONField("changements", default=dict, blank=True)
    reason = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "-at"], name="journal_history_of_object"
            ),
            models.Index(fields=["space_id", "-at"], name="journal_of_space"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class Clock(models.Model):
    """A counter per subject, raised by every write: readers compare it to know their cache is stale."""

    name = models.CharField("nom", max_length=40, primary_key=True)
    value = models.BigIntegerField("valeur", default=0)

    class Meta:
        verbose_name = "compteur de version"
        verbose_name_plural = "compteurs de version"

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
