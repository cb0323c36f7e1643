"""Searches that people keep, and lists made into documents to print."""

from django.conf import settings
from django.db import models

from maillage.core.models import Job, Upload
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


class Booklet(models.Model):
    """A list of structures as a document to print, made by a job and kept some days.

    `key` is a print of what was asked (list, options, state of the directory): the same list asked twice is one
    booklet while nothing changed. `structures` are those of the list, in its order; `told` is a print of the
    contacts and addresses that were printed, so that a booklet that tells more than the pages do is not given any more.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="+", verbose_name="espace")
    key = models.CharField("empreinte de la demande", max_length=64)
    title = models.CharField("titre", max_length=120)
    querystring = models.CharField("recherche", max_length=2000, blank=True)
    options = models.JSONField("présentation", default=dict)
    structures = models.JSONField("structures", default=list)
    asked_at = models.DateTimeField("demandé le")
    expires_at = models.DateTimeField("gardé jusqu'au", db_index=True)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="tâche"
    )
    file = models.ForeignKey(
        Upload, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="fichier"
    )
    told = models.CharField("empreinte des contacts imprimés", max_length=64, blank=True)

    class Meta:
        verbose_name = "livret"
        verbose_name_plural = "livrets"
        ordering = ["-asked_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["space", "key"], name="booklet_once_a_list")]

    def __str__(self) -> str:
        return self.title
