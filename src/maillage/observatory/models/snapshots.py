"""What the observatory counted on a day, kept so that a series exists next year."""

from django.conf import settings
from django.db import models

from maillage.observatory.enums import Indicator
from maillage.spaces.models import Space


class DatedSnapshot(models.Model):
    """A moment of a space's figures and gaps. Monthly ones are taken by night; an agent may take one.

    Its gaps are the `GapMeasure` and `InformationGap` rows that name it.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="dated_snapshots", verbose_name="espace"
    )
    on = models.DateField("jour")
    taken_at = models.DateTimeField("pris le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    note = models.CharField("note", max_length=200, blank=True)

    class Meta:
        verbose_name = "relevé daté"
        verbose_name_plural = "relevés datés"
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["space", "on"], name="snapshot_one_a_day")]

    def __str__(self) -> str:
        return f"{self.space} {self.on:%d/%m/%Y}"


class SnapshotFigure(models.Model):
    """One cell: `axis` is empty for the total, else `family`, `sector`, `commune`, `quarter`, `size`, `age`, `typology`, `label`.

    Raw values: what is shown always goes through statistical secrecy, worked out on the whole table.
    `low` and `high` bound an estimate. `largest` is the greatest share of one structure (0 to 1), for jobs.
    """

    snapshot = models.ForeignKey(
        DatedSnapshot, models.CASCADE, related_name="figures", verbose_name="relevé"
    )
    indicator = models.CharField("indicateur", max_length=24, choices=Indicator.choices)
    axis = models.CharField("ventilation", max_length=10, blank=True)
    key = models.CharField("modalité", max_length=60, blank=True)
    label = models.CharField("libellé", max_length=160, blank=True)
    value = models.FloatField("valeur")
    low = models.FloatField("borne basse", null=True, blank=True)
    high = models.FloatField("borne haute", null=True, blank=True)
    contributors = models.PositiveIntegerField("unités comptées", default=0)
    largest = models.FloatField("part de la plus grande", default=0)

    class Meta:
        verbose_name = "chiffre d'un relevé"
        verbose_name_plural = "chiffres des relevés"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "indicator", "axis", "key"], name="snapshotfigure_one_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.axis} {self.key}".strip()
