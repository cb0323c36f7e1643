"""Jurors, what they declare, what they read and score."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.calls.enums import InterestAnswer, Recommendation, ReviewStatus
from maillage.calls.models.applications import Application
from maillage.calls.models.editions import Edition
from maillage.calls.models.fields import person
from maillage.calls.models.rules import Criterion


class Juror(models.Model):
    """A person who reads, scores, or sits, for one edition. `skills` are codes of themes they know."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="jurors", verbose_name="appel"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="juries", verbose_name="personne"
    )
    title = models.CharField("qualité", max_length=160, blank=True)
    organisation = models.CharField("organisme", max_length=160, blank=True)
    skills = models.JSONField("thèmes connus", default=list, blank=True)
    load_max = models.PositiveSmallIntegerField("dossiers au plus", null=True, blank=True)
    reads = models.BooleanField("lit et note", default=True)
    votes = models.BooleanField("siège et vote", default=True)
    is_elected = models.BooleanField("élue ou élu", default=False)
    charter_at = models.DateTimeField("charte acceptée le", null=True, blank=True)
    invited_at = models.DateTimeField("invité le", null=True, blank=True)
    left_at = models.DateTimeField("parti le", null=True, blank=True)

    class Meta:
        verbose_name = "juré d'un appel"
        verbose_name_plural = "jurés d'un appel"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="juror_once")]

    def __str__(self) -> str:
        return f"juré {self.pk}"


class Interest(models.Model):
    """What a person declared of a file before opening it, or what was found. `recused` is what counts.

    It concerns jurors and agents alike. Recused, a person finds the file nowhere: `querysets.ApplicationQuerySet.reachable_by`.
    `signals` say what the house saw by itself (same mail domain, keeper of the structure…).
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="interests", verbose_name="candidature"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="interests", verbose_name="personne"
    )
    answer = models.CharField(
        "déclaration", max_length=8, choices=InterestAnswer.choices, blank=True
    )
    text = models.CharField("précision", max_length=600, blank=True)
    declared_at = models.DateTimeField("déclarée le", null=True, blank=True)
    signals = models.JSONField("signaux", default=list, blank=True)
    recused = models.BooleanField("récusée", default=False)
    decided_by = person("tranché par")
    decided_at = models.DateTimeField("tranché le", null=True, blank=True)
    decided_reason = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        verbose_name = "déclaration d'intérêts"
        verbose_name_plural = "déclarations d'intérêts"
        ordering = ["id"]
        indexes = [models.Index(fields=["user", "recused"], name="interest_recused")]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="interest_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_answer_display()} {self.pk}"


class Review(models.Model):
    """One juror's reading of one file. It opens only once their interests were declared as none."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="reviews", verbose_name="candidature"
    )
    juror = models.ForeignKey(Juror, models.CASCADE, related_name="reviews", verbose_name="juré")
    status = models.CharField(
        "état", max_length=9, choices=ReviewStatus.choices, default=ReviewStatus.ASSIGNED
    )
    due_on = models.DateField("à rendre le", null=True, blank=True)
    is_pinned = models.BooleanField("confiée à la main", default=False)
    comment_jury = models.TextField("pour le jury", max_length=4000, blank=True)
    comment_applicant = models.TextField("pour le candidat", max_length=4000, blank=True)
    recommendation = models.CharField(
        "avis", max_length=12, choices=Recommendation.choices, blank=True
    )
    confidence = models.PositiveSmallIntegerField("assurance (1 à 3)", null=True, blank=True)
    abstains = models.BooleanField("s'abstient", default=False)
    total = models.DecimalField(
        "note pondérée sur 100", max_digits=6, decimal_places=3, null=True, blank=True
    )
    assigned_by = person("confiée par")
    assigned_at = models.DateTimeField("confiée le")
    submitted_at = models.DateTimeField("rendue le", null=True, blank=True)
    reopened_reason = models.CharField("motif de la réouverture", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "lecture"
        verbose_name_plural = "lectures"
        ordering = ["id"]
        indexes = [models.Index(fields=["juror", "status"], name="review_of_juror")]
        constraints = [
            models.UniqueConstraint(fields=["application", "juror"], name="review_once"),
            models.CheckConstraint(
                condition=~Q(status="submitted") | Q(submitted_at__isnull=False),
                name="review_submitted_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"lecture {self.pk}"


class Score(models.Model):
    """A level on one criterion, from 0 to its `scale_max`; no value when the juror cannot say (never a zero)."""

    review = models.ForeignKey(
        Review, models.CASCADE, related_name="scores", verbose_name="lecture"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="scores", verbose_name="critère"
    )
    value = models.PositiveSmallIntegerField("note", null=True, blank=True)
    justification = models.CharField("pourquoi", max_length=1000, blank=True)

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "notes"
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="score_once")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class ScoreRecord(models.Model):
    """Scores as they were when the jury began, frozen: `scores` `[{"application", "juror", "criterion", "value"}]`."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="frozen_scores", verbose_name="appel"
    )
    at = models.DateTimeField("le")
    by = person("par")
    scores = models.JSONField("notes")

    class Meta:
        verbose_name = "relevé des notes"
        verbose_name_plural = "relevés des notes"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"relevé {self.pk}"
