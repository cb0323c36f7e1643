"""Searches that people keep."""

from django.conf import settings
from django.db import models

from maillage.spaces.models import Space


class SavedSearch(models.Model):
    """A state of the directory, as its canonical address.

    `known` are the structures it gave when last looked at; `fresh` those that came since and that the
    person did not say they saw. Both are lists of identifiers.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_searches",
        verbose_name="personne",
    )
    space = models.ForeignKey(Space, models.CASCADE, related_name="+", verbose_name="espace")
    name = models.CharField("nom", max_length=120)
    querystring = models.CharField("recherche", max_length=2000)
    known = models.JSONField("déjà vues", default=list, blank=True)
    fresh = models.JSONField("nouvelles", default=list, blank=True)
    looked_at = models.DateTimeField("regardée le")
    created_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "recherche enregistrée"
        verbose_name_plural = "recherches enregistrées"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "space", "querystring"], name="savedsearch_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
