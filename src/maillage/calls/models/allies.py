"""Calls for allies: people say what they bring and seek; groups form, and one click makes a file of several."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.calls.enums import IntentionStatus
from maillage.calls.models.applications import Application
from maillage.calls.models.editions import Edition
from maillage.calls.models.fields import person
from maillage.structures.models import Structure


class AllyGroup(models.Model):
    """Intentions that came together. `needs` are `[{"label", "filled": bool}]`: what is still missing."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="ally_groups", verbose_name="appel"
    )
    name = models.CharField("nom", max_length=120)
    idea = models.TextField("idée", max_length=2000, blank=True)
    needs = models.JSONField("ce qui manque", default=list, blank=True)
    is_open = models.BooleanField("accueille d'autres", default=True)
    application = models.ForeignKey(
        Application,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ally_groups",
        verbose_name="candidature",
    )
    created_by = person("formé par")
    created_at = models.DateTimeField("formé le")
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "groupe d'alliés"
        verbose_name_plural = "groupes d'alliés"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Intention(models.Model):
    """What a structure or a person brings to a theme, and seeks. Shown to the signed-in, contacts never."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="intentions", verbose_name="appel"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne"
    )
    structure = models.ForeignKey(
        Structure,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="intentions",
        verbose_name="structure",
    )
    group = models.ForeignKey(
        AllyGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="intentions",
        verbose_name="groupe",
    )
    brings = models.CharField("ce que j'apporte", max_length=600)
    seeks = models.CharField("ce que je cherche", max_length=600, blank=True)
    theme = models.CharField("thème", max_length=40, blank=True)
    municipality_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    status = models.CharField(
        "état", max_length=7, choices=IntentionStatus.choices, default=IntentionStatus.OPEN
    )
    at = models.DateTimeField("dite le")

    class Meta:
        verbose_name = "intention d'alliance"
        verbose_name_plural = "intentions d'alliance"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user", "structure"],
                condition=~Q(status="ended"),
                nulls_distinct=False,
                name="intention_once",
            )
        ]

    def __str__(self) -> str:
        return self.brings[:80]
