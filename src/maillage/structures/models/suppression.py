"""What somebody asked not to be published any more."""

from django.db import models

from maillage.structures.models.structure import Structure


class Suppression(models.Model):
    """A value of a structure that imports must not bring back. `field` is `page` for the page as a whole.

    `request_id` is the request (`spaces.RightsRequest`) that it answers.
    """

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="suppressions", verbose_name="structure"
    )
    field = models.CharField("ce qui est retiré", max_length=20)
    request_id = models.BigIntegerField("demande", null=True, blank=True)
    at = models.DateTimeField("retiré le")

    class Meta:
        verbose_name = "information retirée"
        verbose_name_plural = "informations retirées"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["structure", "field"], name="suppression_unique")
        ]

    def __str__(self) -> str:
        return f"{self.structure} : {self.field}"
