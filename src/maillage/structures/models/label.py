"""Approvals, labels and statuses, each with its proof and its dates."""

from django.db import models
from django.db.models import F, Q

from maillage.structures.models.establishment import Establishment
from maillage.structures.models.structure import Structure
from maillage.structures.models.taxonomy import Term


class Label(models.Model):
    """A term of the `label` axis held by a structure, sometimes for one establishment only."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="labels", verbose_name="structure"
    )
    establishment = models.ForeignKey(
        Establishment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="labels",
        verbose_name="établissement",
    )
    term = models.ForeignKey(
        Term, models.PROTECT, related_name="labels", verbose_name="agrément ou label"
    )
    identifier = models.CharField("numéro", max_length=60, blank=True)
    valid_from = models.DateField("début", null=True, blank=True)
    valid_to = models.DateField("fin", null=True, blank=True)
    proof = models.CharField("preuve", max_length=300, blank=True)
    source = models.CharField("source", max_length=60)
    source_date = models.DateField("date de la source", null=True, blank=True)

    class Meta:
        verbose_name = "agrément ou label détenu"
        verbose_name_plural = "agréments et labels détenus"
        ordering = ["term__position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "establishment", "term"], name="label_unique"
            ),
            models.UniqueConstraint(
                fields=["structure", "term"],
                condition=Q(establishment__isnull=True),
                name="label_unique_structure",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="label_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} ({self.structure})"
