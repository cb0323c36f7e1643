"""What a person wants news of."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.spaces.models import Space
from maillage.structures.models import Structure, Term


class Follow(models.Model):
    """A structure, a sector or a commune of a space. `told_until` is the last journal line they were told of."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", verbose_name="personne"
    )
    space = models.ForeignKey(Space, models.CASCADE, related_name="+", verbose_name="espace")
    structure = models.ForeignKey(
        Structure,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name="structure",
    )
    term = models.ForeignKey(
        Term, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="secteur"
    )
    municipality_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    told_until = models.BigIntegerField("dernière ligne racontée", default=0)
    created_at = models.DateTimeField("depuis")

    class Meta:
        verbose_name = "abonnement à des nouvelles"
        verbose_name_plural = "abonnements à des nouvelles"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(structure__isnull=False, term__isnull=True, municipality_code="")
                | Q(structure__isnull=True, term__isnull=False, municipality_code="")
                | (Q(structure__isnull=True, term__isnull=True) & ~Q(municipality_code="")),
                name="follow_one_thing",
            ),
            models.UniqueConstraint(
                fields=["user", "space", "structure"],
                condition=Q(structure__isnull=False),
                name="follow_structure_once",
            ),
            models.UniqueConstraint(
                fields=["user", "space", "term"],
                condition=Q(term__isnull=False),
                name="follow_sector_once",
            ),
            models.UniqueConstraint(
                fields=["user", "space", "municipality_code"],
                condition=~Q(municipality_code=""),
                name="follow_commune_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.structure_id or self.term_id or self.municipality_code}"
