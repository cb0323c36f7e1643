"""Terms of the independent axes, and the synonyms the search knows."""

from django.db import models

from maillage.structures.enums import Axis


class Term(models.Model):
    """A value of an axis. Codes are never re-used: a term that goes out of use gets an `ended_on`."""

    axis = models.CharField("axe", max_length=10, choices=Axis.choices)
    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("libellé", max_length=120)
    definition = models.TextField("définition", blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="terme parent",
    )
    hue = models.CharField("teinte", max_length=20, blank=True)
    icon = models.CharField("icône", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    ended_on = models.DateField("abandonné le", null=True, blank=True)

    class Meta:
        verbose_name = "terme"
        verbose_name_plural = "termes"
        ordering = ["axis", "position", "label"]

    def __str__(self) -> str:
        return self.label


class Synonym(models.Model):
    """Words that mean the same in a search: `words` is a comma-separated group."""

    words = models.CharField("mots équivalents", max_length=300, unique=True)

    class Meta:
        verbose_name = "groupe de synonymes"
        verbose_name_plural = "groupes de synonymes"
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words
