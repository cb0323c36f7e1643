"""Figures that somebody else published: official series and figures an agent types or uploads."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.observatory.enums import Confidence, Indicator, PlaceKind
from maillage.spaces.models import Space
from maillage.structures.enums import Family


class FigureBatch(models.Model):
    """One reading of a file of figures, that can be taken back whole.

    `connector` is `urssaf_ess` or `table`. Undone, its figures are deleted and the row stays. `report` counts the
    rows created, updated, unchanged, refused and outside, with the first refusals explained.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="figure_batches", verbose_name="espace"
    )
    connector = models.CharField("sorte de fichier", max_length=20)
    file_name = models.CharField("nom du fichier", max_length=200)
    file_hash = models.CharField("empreinte du fichier", max_length=64)
    report = models.JSONField("rapport", default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("le")
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "lot de chiffres"
        verbose_name_plural = "lots de chiffres"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.at:%d/%m/%Y})"


class SourcedFigure(models.Model):
    """One published value. `family` and `sector` are empty for the whole; shares are percentages.

    `perimeter` says in one sentence what is counted and what is not: it explains the difference with the
    registers. Kept per space: each authority answers for what it shows.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="sourced_figures", verbose_name="espace"
    )
    batch = models.ForeignKey(
        FigureBatch,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name="lot",
    )
    indicator = models.CharField("indicateur", max_length=24, choices=Indicator.choices)
    place_kind = models.CharField("sorte de territoire", max_length=10, choices=PlaceKind.choices)
    place_code = models.CharField("code du territoire", max_length=60, blank=True)
    place_label = models.CharField("territoire", max_length=160)
    family = models.CharField("famille", max_length=12, choices=Family.choices, blank=True)
    sector = models.CharField("secteur", max_length=120, blank=True)
    year = models.PositiveSmallIntegerField("année")
    value = models.DecimalField("valeur", max_digits=18, decimal_places=4)
    source = models.CharField("source", max_length=200)
    source_url = models.URLField("adresse de la source", max_length=300, blank=True)
    published_on = models.DateField("publiée le", null=True, blank=True)
    perimeter = models.CharField("périmètre et définition", max_length=600)
    confidence = models.CharField("confiance", max_length=9, choices=Confidence.choices)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="saisie par",
    )
    entered_at = models.DateTimeField("saisie le")

    class Meta:
        verbose_name = "chiffre sourcé"
        verbose_name_plural = "chiffres sourcés"
        ordering = ["indicator", "place_kind", "place_code", "-year", "id"]
        indexes = [
            models.Index(
                fields=["space", "indicator", "place_kind", "place_code", "year"],
                name="sourcedfigure_of_page",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "space",
                    "indicator",
                    "place_kind",
                    "place_code",
                    "family",
                    "sector",
                    "year",
                    "source",
                ],
                name="sourcedfigure_one_value",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="sourcedfigure_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_indicator_display()} {self.place_label} {self.year}"

    @property
    def is_share(self) -> bool:
        """Its value is a percentage."""
        return self.indicator in {Indicator.JOBS_SHARE, Indicator.ESTABLISHMENTS_SHARE}
