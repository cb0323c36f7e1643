"""The journal: who changed what, when, in whose name; it is also the history of an object. And the jobs."""

from django.conf import settings
from django.db import models

from maillage.core.letters.models import Letter, LetterText, MailServer
from maillage.core.search.models import SearchDocument, SearchWord
from maillage.core.uploads.models import Upload

__all__ = [
    "Clock",
    "JournalEntry",
    "Letter",
    "LetterText",
    "MailServer",
    "PurgeRecord",
    "SearchDocument",
    "SearchWord",
    "Upload",
]


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
    acting_for = models.BigIntegerField("au nom de la structure", null=True, blank=True)
    network = models.CharField("réseau d'origine", max_length=43, blank=True)

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


class Throttle(models.Model):
    """How often something was asked for since its window opened; `until` is its end, in epoch seconds."""

    key = models.CharField("clé", max_length=64, primary_key=True)
    count = models.PositiveIntegerField("essais")
    until = models.BigIntegerField("jusqu'à", db_index=True)

    class Meta:
        verbose_name = "frein"
        verbose_name_plural = "freins"

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"


class Job(models.Model):
    """Work done outside a request. The queue is django-tasks'; the lease and the fence are here.

    `attempt` is the fence: whoever took attempt n may write only while the row still says n.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminée"
        FAILED = "failed", "échouée"

    name = models.CharField("tâche", max_length=80)
    arguments = models.JSONField("paramètres", default=dict, blank=True)
    key = models.CharField("clé d'unicité", max_length=120, null=True, blank=True, unique=True)
    status = models.CharField("état", max_length=7, choices=Status.choices, default=Status.QUEUED)
    attempt = models.PositiveSmallIntegerField("essai", default=0)
    progress = models.PositiveSmallIntegerField("avancement (%)", default=0)
    message = models.CharField("étape", max_length=200, blank=True)
    result = models.JSONField("résultat", null=True, blank=True)
    error = models.CharField("erreur", max_length=500, blank=True)
    worker = models.CharField("processus", max_length=64, blank=True)
    lease_until = models.DateTimeField("bail jusqu'à", null=True, blank=True)
    task_id = models.UUIDField("rang dans la file", null=True, blank=True)
    created_at = models.DateTimeField("demandée le")
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    finished_at = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        verbose_name = "tâche de fond"
        verbose_name_plural = "tâches de fond"
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "lease_until"], name="job_expired_leases")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(progress__lte=100), name="job_progress_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} n° {self.pk}"


class PurgeRecord(models.Model):
    """Proof that a kind of data was forgotten in time: how many rows, never whose. `error` names a failure."""

    code = models.CharField("durée appliquée", max_length=60)
    label = models.CharField("données", max_length=200)
    days = models.PositiveIntegerField("durée (jours)")
    at = models.DateTimeField("effacé le", db_index=True)
    count = models.PositiveIntegerField("lignes effacées", default=0)
    error = models.CharField("échec", max_length=100, blank=True)

    class Meta:
        verbose_name = "preuve d'effacement"
        verbose_name_plural = "preuves d'effacement"
        ordering = ["-at", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.count}"
