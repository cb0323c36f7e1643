"""Working files: a gap that somebody takes in hand, until it is filled."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.observatory.enums import FileStatus, PlaceKind
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class WorkingFile(models.Model):
    """One need in one place, taken in hand. `baseline` is the measure of the day it was opened (values of `GapMeasure`).

    `reminded_for` is the last review day of which its owner was reminded.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="working_files", verbose_name="espace"
    )
    need_code = models.CharField("besoin", max_length=40)
    place_kind = models.CharField("sorte de lieu", max_length=10, choices=PlaceKind.choices)
    place_code = models.CharField("code du lieu", max_length=20)
    title = models.CharField("titre", max_length=160)
    status = models.CharField(
        "étape", max_length=8, choices=FileStatus.choices, default=FileStatus.NOTED
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="working_files",
        verbose_name="suivi par",
    )
    structures = models.ManyToManyField(
        Structure, related_name="working_files", blank=True, verbose_name="structures pressenties"
    )
    baseline = models.JSONField("mesure à l'ouverture", default=dict, blank=True)
    review_on = models.DateField("à revoir le", null=True, blank=True)
    reminded_for = models.DateField("rappelé pour le", null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="ouvert par"
    )
    opened_at = models.DateTimeField("ouvert le")
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "need_code", "place_kind", "place_code"],
                condition=Q(closed_at__isnull=True),
                name="workingfile_one_open",
            )
        ]

    def __str__(self) -> str:
        return self.title


class WorkingNote(models.Model):
    """What was said or done about a file; never changed, so that the file tells its own story."""

    file = models.ForeignKey(
        WorkingFile, models.CASCADE, related_name="notes", verbose_name="dossier"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("le")
    text = models.TextField("note", max_length=4000)

    class Meta:
        verbose_name = "note d'un dossier"
        verbose_name_plural = "notes des dossiers"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:80]
