"""A place of a structure."""

from django.db import models
from django.db.models import Q

from maillage.structures.enums import Disclosure, LocationQuality, SizeBand, State
from maillage.structures.models.structure import Structure
from maillage.territories.models import Neighbourhood


class Establishment(models.Model):
    """An establishment (SIRET) or a place without one. WGS84 degrees, five decimals (about a metre)."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="establishments", verbose_name="structure"
    )
    siret = models.CharField("SIRET", max_length=14, null=True, blank=True, unique=True)
    name = models.CharField("enseigne", max_length=250, blank=True)
    is_head_office = models.BooleanField("siège", default=False)
    address = models.CharField("adresse", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    municipality_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    lon = models.FloatField("longitude", null=True, blank=True)
    lat = models.FloatField("latitude", null=True, blank=True)
    location_quality = models.CharField(
        "précision du point",
        max_length=6,
        choices=LocationQuality.choices,
        default=LocationQuality.NONE,
    )
    location_source = models.CharField("origine du point", max_length=40, blank=True)
    location_score = models.FloatField("score de géocodage", null=True, blank=True)
    address_is_public = models.BooleanField("adresse affichée", default=True)
    opening_hours = models.CharField("horaires (syntaxe OSM)", max_length=500, blank=True)
    activity_code = models.CharField("code d'activité", max_length=6, blank=True)
    activity_nomenclature = models.CharField("nomenclature d'activité", max_length=8, blank=True)
    size_band = models.CharField(
        "tranche d'effectif", max_length=2, choices=SizeBand.choices, blank=True
    )
    size_year = models.PositiveSmallIntegerField("année de l'effectif", null=True, blank=True)
    opened_on = models.DateField("ouverture", null=True, blank=True)
    closed_on = models.DateField("fermeture", null=True, blank=True)
    state = models.CharField("état", max_length=8, choices=State.choices, default=State.ACTIVE)
    disclosure = models.CharField(
        "diffusion", max_length=1, choices=Disclosure.choices, default=Disclosure.PUBLIC
    )
    provenance = models.JSONField("provenance", default=dict, blank=True)

    class Meta:
        verbose_name = "établissement"
        verbose_name_plural = "établissements"
        ordering = ["-is_head_office", "id"]
        indexes = [
            models.Index(
                fields=["municipality_code", "structure"], name="establishment_of_perimeter"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(siret=""), name="establishment_siret_null_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="establishment_point_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.siret or f"{self.address} {self.postal_code}"


class EstablishmentNeighbourhood(models.Model):
    """Computed by point-in-polygon when the point or the neighbourhoods change."""

    establishment = models.ForeignKey(
        Establishment, models.CASCADE, related_name="neighbourhoods", verbose_name="établissement"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, models.CASCADE, related_name="establishments", verbose_name="quartier"
    )

    class Meta:
        verbose_name = "quartier d'un établissement"
        verbose_name_plural = "quartiers des établissements"
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "neighbourhood"], name="establishment_neighbourhood_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.neighbourhood_id}"
