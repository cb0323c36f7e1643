"""A choice of figures that a person keeps to print again."""

from django.conf import settings
from django.db import models

from maillage.spaces.models import Space


class SavedReport(models.Model):
    """`sections` are codes of the parts to print, in order (`lib.sections`); `place` narrows it to a commune."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="reports", verbose_name="espace")
    title = models.CharField("titre", max_length=120)
    foreword = models.TextField("avant-propos", max_length=1500, blank=True)
    place_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    sections = models.JSONField("parties", default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    saved_at = models.DateTimeField("gardé le")

    class Meta:
        verbose_name = "rapport gardé"
        verbose_name_plural = "rapports gardés"
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title
