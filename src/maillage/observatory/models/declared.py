"""The declared layer: what residents and structures say is missing, and who says « moi aussi »."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.observatory.enums import DeclaredState
from maillage.spaces.models import Space
from maillage.structures.models import Structure
from maillage.territories.models import Neighbourhood


class DeclaredNeed(models.Model):
    """Something missing somewhere, said by a person or for a structure; shown once an agent published it.

    `need_code` is empty when no need of the catalogue fits: `text` says it. `email` is only there to tell
    what became of it; it is forgotten with the request's retention. `token_hash` makes a form sent twice one row.
    `outcome` holds what the last decision wrote (state before, letters, echoes moved), so that it can be taken back.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="declared_needs", verbose_name="espace"
    )
    need_code = models.CharField("besoin", max_length=40, blank=True)
    municipality_code = models.CharField("commune (code INSEE)", max_length=5)
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quartier",
    )
    text = models.CharField("ce qui manque", max_length=600, blank=True)
    structure = models.ForeignKey(
        Structure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="declared_needs",
        verbose_name="dit pour la structure",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="declared_needs",
        verbose_name="personne",
    )
    email = models.EmailField("adresse e-mail donnée", blank=True)
    token_hash = models.CharField(
        "empreinte du formulaire", max_length=64, null=True, blank=True, unique=True
    )
    said_at = models.DateTimeField("dit le")
    state = models.CharField(
        "état", max_length=9, choices=DeclaredState.choices, default=DeclaredState.WAITING
    )
    version = models.PositiveIntegerField("version", default=0)
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="réuni à",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="tranché par",
    )
    decided_at = models.DateTimeField("tranché le", null=True, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    answer = models.TextField("réponse de la collectivité", max_length=2000, blank=True)
    outcome = models.JSONField("ce qui a été fait", default=dict, blank=True)
    forgotten_at = models.DateTimeField("auteur effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "besoin déclaré"
        verbose_name_plural = "besoins déclarés"
        ordering = ["-said_at", "-id"]
        indexes = [
            models.Index(fields=["space", "state", "-said_at"], name="declared_queue"),
            models.Index(
                fields=["space", "need_code", "municipality_code", "state"], name="declared_of_gap"
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.need_code


class Echo(models.Model):
    """One « moi aussi ». A person counts once: by account, or by a keyed print of their network and day."""

    declared = models.ForeignKey(
        DeclaredNeed, models.CASCADE, related_name="echoes", verbose_name="besoin déclaré"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="personne",
    )
    key = models.CharField("empreinte", max_length=64, blank=True)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "soutien"
        verbose_name_plural = "soutiens"
        constraints = [
            models.UniqueConstraint(
                fields=["declared", "user"],
                condition=Q(user__isnull=False),
                name="echo_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["declared", "key"], condition=~Q(key=""), name="echo_once_a_print"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declared_id}"
