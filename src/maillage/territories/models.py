"""Communes and their groupings (Code officiel géographique), contours and neighbourhoods.

A territory question is answered by INSEE commune codes. Paris, Lyon and Marseille are held by
arrondissement (75101-75120…), as Sirene and the national address base do; the commune as a whole
(75056…) is a row too, of kind `whole`, and a territory always names the arrondissements.
"""

from django.db import models


class Municipality(models.Model):
    class Kind(models.TextChoices):
        COMMUNE = "commune", "commune"
        ARRONDISSEMENT = "arrondissement", "arrondissement municipal"
        WHOLE = "whole", "commune à arrondissements"

    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=14, choices=Kind.choices, default=Kind.COMMUNE)
    department_code = models.CharField("département", max_length=3, db_index=True)
    region_code = models.CharField("région", max_length=3)
    parent_code = models.CharField("commune de rattachement", max_length=5, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    postal_codes = models.CharField("codes postaux", max_length=200, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    lon = models.FloatField("longitude", null=True, blank=True)
    lat = models.FloatField("latitude", null=True, blank=True)

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class FormerCode(models.Model):
    """A commune code no longer in use and the commune that took its territory over."""

    code = models.CharField("ancien code INSEE", max_length=5, primary_key=True)
    name = models.CharField("ancien nom", max_length=120)
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="former_codes", verbose_name="commune actuelle"
    )

    class Meta:
        verbose_name = "ancien code de commune"
        verbose_name_plural = "anciens codes de commune"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Grouping(models.Model):
    """`members` holds those of EPCI and EPT; a department's or a region's are told by the communes."""

    class Kind(models.TextChoices):
        EPCI = "epci", "EPCI à fiscalité propre"
        EPT = "ept", "établissement public territorial"
        DEPARTMENT = "department", "département"
        REGION = "region", "région"

    kind = models.CharField("nature", max_length=10, choices=Kind.choices)
    code = models.CharField("SIREN ou code", max_length=9)
    name = models.CharField("nom", max_length=160)
    members = models.ManyToManyField(
        Municipality, related_name="groupings", verbose_name="communes"
    )

    class Meta:
        verbose_name = "groupement de communes"
        verbose_name_plural = "groupements de communes"
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="grouping_kind_code")]

    def __str__(self) -> str:
        return self.name


class Contour(models.Model):
    """Simplified outline of a commune: good for drawing, approximate near its edges."""

    municipality = models.OneToOneField(
        Municipality,
        models.CASCADE,
        primary_key=True,
        related_name="contour",
        verbose_name="commune",
    )
    geometry = models.JSONField("géométrie GeoJSON")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "contour"
        verbose_name_plural = "contours"

    def __str__(self) -> str:
        return f"contour de {self.municipality_id}"


class Neighbourhood(models.Model):
    class Kind(models.TextChoices):
        QPV = "qpv", "quartier prioritaire"
        IRIS = "iris", "IRIS"
        LOCAL = "local", "quartier"

    kind = models.CharField("nature", max_length=6, choices=Kind.choices)
    code = models.CharField("code", max_length=20)
    name = models.CharField("nom", max_length=160)
    municipality_codes = models.JSONField("codes des communes", default=list)
    geometry = models.JSONField("géométrie GeoJSON")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "quartier"
        verbose_name_plural = "quartiers"
        ordering = ["kind", "name", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="neighbourhood_kind_code")
        ]

    def __str__(self) -> str:
        return self.name


class PopulationGroup(models.TextChoices):
    """People a need may be for. Everybody is no group: it is the population itself."""

    UNDER_3 = "under_3", "enfants de moins de 3 ans"
    UNDER_25 = "under_25", "moins de 25 ans"
    OVER_75 = "over_75", "75 ans et plus"
    QPV = "qpv", "habitants des quartiers prioritaires"


class PopulationCount(models.Model):
    """People of a group in a commune, or people (group empty) in a neighbourhood, that year.

    `place_code` is a commune's INSEE code or a neighbourhood's code: both never look alike.
    """

    place_code = models.CharField("code du lieu", max_length=20)
    group = models.CharField("groupe", max_length=8, choices=PopulationGroup.choices, blank=True)
    count = models.FloatField("personnes")
    year = models.PositiveSmallIntegerField("année")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "population visée"
        verbose_name_plural = "populations visées"
        ordering = ["place_code", "group"]
        constraints = [
            models.UniqueConstraint(fields=["place_code", "group"], name="population_place_group"),
            models.CheckConstraint(condition=models.Q(count__gte=0), name="population_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.place_code} {self.group}".strip()


class PopulationCell(models.Model):
    """A square where people live (INSEE's 200 m grid), placed by its centre. `groups` maps a `PopulationGroup` to people."""

    code = models.CharField("identifiant", max_length=40, primary_key=True)
    municipality_code = models.CharField("commune (code INSEE)", max_length=5)
    lon = models.FloatField("longitude")
    lat = models.FloatField("latitude")
    population = models.FloatField("personnes")
    groups = models.JSONField("groupes", default=dict, blank=True)
    year = models.PositiveSmallIntegerField("année")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "carreau de population"
        verbose_name_plural = "carreaux de population"
        ordering = ["code"]
        indexes = [models.Index(fields=["municipality_code"], name="cell_of_perimeter")]

    def __str__(self) -> str:
        return self.code
