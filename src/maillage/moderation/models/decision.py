"""Reasons that are sent, and content taken out of sight with a statement of reasons."""

from django.conf import settings
from django.db import models

from maillage.moderation.enums import Ground, Measure
from maillage.moderation.models.contribution import Contribution
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class DecisionReason(models.Model):
    """A reason of a space for refusing. With the code of a reason of ours, it takes its place."""

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="decision_reasons", verbose_name="espace"
    )
    code = models.SlugField("code", max_length=40)
    label = models.CharField("intitulé", max_length=120)
    text = models.TextField("texte envoyé", max_length=1500)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "motif de décision"
        verbose_name_plural = "motifs de décision"
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["space", "code"], name="decisionreason_space_code")
        ]

    def __str__(self) -> str:
        return self.label


class Restriction(models.Model):
    """A text, a picture or a page that an agent took out of sight, and why (Regulation (EU) 2022/2065, art. 17).

    `target` names the field or the picture, `kept` what is needed to put it back. No decision here is
    made by automated means.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="restrictions", verbose_name="espace"
    )
    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="restrictions", verbose_name="structure"
    )
    contribution = models.ForeignKey(
        Contribution,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="restrictions",
        verbose_name="contribution",
    )
    measure = models.CharField("mesure", max_length=7, choices=Measure.choices)
    target = models.CharField("objet", max_length=60, blank=True)
    kept = models.JSONField("contenu retiré", default=dict, blank=True)
    ground = models.CharField("fondement", max_length=5, choices=Ground.choices)
    ground_text = models.CharField("règle appliquée", max_length=300)
    facts = models.TextField("faits", max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("le")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="levée par",
    )
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)

    class Meta:
        verbose_name = "restriction"
        verbose_name_plural = "restrictions"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["space", "-at"], name="restriction_log")]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} : {self.structure}"
