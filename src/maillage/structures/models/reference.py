"""Editable perimeter of the ESS: legal categories × activities."""

from django.db import models

from maillage.structures.enums import Family, PerimeterRule
from maillage.structures.models.taxonomy import Term


class LegalCategory(models.Model):
    """INSEE legal category (catégorie juridique, 4 digits) and what it says of ESS membership."""

    code = models.CharField("code", max_length=4, primary_key=True)
    label = models.CharField("libellé", max_length=200)
    family = models.CharField("famille", max_length=12, choices=Family.choices, blank=True)
    rule = models.CharField("règle", max_length=10, choices=PerimeterRule.choices)
    note = models.CharField("remarque", max_length=300, blank=True)

    class Meta:
        verbose_name = "catégorie juridique"
        verbose_name_plural = "catégories juridiques"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Activity(models.Model):
    """An activity code of one nomenclature, its sector, and whether it takes a unit out of the ESS.

    `code` may be a division ("84"), a class or a subclass ("94.91Z"): the longest match wins.
    """

    class Nomenclature(models.TextChoices):
        NAF1 = "NAFRev1", "NAF rév. 1"
        NAF2 = "NAFRev2", "NAF rév. 2"
        NAF2025 = "NAF2025", "NAF 2025"

    nomenclature = models.CharField("nomenclature", max_length=8, choices=Nomenclature.choices)
    code = models.CharField("code", max_length=6)
    label = models.CharField("libellé", max_length=200, blank=True)
    excluded = models.BooleanField("hors de l'ESS", default=False)
    sector = models.ForeignKey(
        Term, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="secteur"
    )

    class Meta:
        verbose_name = "activité"
        verbose_name_plural = "activités"
        ordering = ["nomenclature", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomenclature", "code"], name="activity_nomenclature_code"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
