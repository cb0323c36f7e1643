"""Needs, and what the measured and the unknown layers say of them. They are never merged into one score."""

from django.db import models
from django.db.models import F, Q

from maillage.observatory.enums import PlaceKind
from maillage.observatory.models.snapshots import DatedSnapshot
from maillage.spaces.models import Space


class Need(models.Model):
    """A need of a space's catalogue; with the code of a shipped one (`lib.catalogue`), it takes its place.

    Who answers it: a structure that bears one of `terms` (codes of the taxonomy, children included) or whose
    activity begins with one of `activities` (NAF rév. 2). `target` is the population it is for
    (`PopulationGroup`, empty: everybody). `reach` is the distance in metres that people accept to go.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="needs", verbose_name="espace")
    code = models.SlugField("code", max_length=40)
    theme = models.CharField("thème", max_length=60)
    label = models.CharField("besoin", max_length=120)
    question = models.CharField("question d'habitant", max_length=160)
    description = models.CharField("précisions", max_length=600, blank=True)
    terms = models.JSONField("termes qui y répondent", default=list, blank=True)
    activities = models.JSONField("activités qui y répondent", default=list, blank=True)
    target = models.CharField("population visée", max_length=10, blank=True)
    reach = models.PositiveIntegerField("portée (mètres)", default=1500)
    is_active = models.BooleanField("suivi", default=True)

    class Meta:
        verbose_name = "besoin"
        verbose_name_plural = "besoins"
        ordering = ["theme", "label"]
        constraints = [
            models.UniqueConstraint(fields=["space", "code"], name="need_space_code"),
            models.CheckConstraint(
                condition=Q(reach__gte=100, reach__lte=50_000), name="need_reach_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class GapMeasure(models.Model):
    """The measured layer: one need in one place. Current when `snapshot` is null, else as it was that day.

    `supply` structures for `population` people; `rate` and `shrunk` per 10 000 people, `expected` that of the
    reference; `shrunk` is the posterior mean of a gamma–Poisson model and `probability` that of being
    under the reference. `target` is the `PopulationGroup` that was counted, empty for everybody: a group that is
    not known in every commune is not used. `nearest` is in metres from where people live; `accessibility` is the 2SFCA index per 10 000.
    Null where it could not be worked out.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="gap_measures", verbose_name="espace"
    )
    snapshot = models.ForeignKey(
        DatedSnapshot,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name="relevé",
    )
    need_code = models.CharField("besoin", max_length=40)
    place_kind = models.CharField("sorte de lieu", max_length=10, choices=PlaceKind.choices)
    place_code = models.CharField("code du lieu", max_length=20)
    supply = models.PositiveIntegerField("offre")
    population = models.FloatField("population")
    target = models.CharField("population comptée", max_length=10, blank=True)
    rate = models.FloatField("taux", null=True, blank=True)
    expected = models.FloatField("taux de référence", null=True, blank=True)
    shrunk = models.FloatField("taux lissé", null=True, blank=True)
    probability = models.FloatField("probabilité de manque", null=True, blank=True)
    nearest = models.FloatField("distance à l'offre la plus proche (m)", null=True, blank=True)
    accessibility = models.FloatField("accessibilité", null=True, blank=True)
    measured_at = models.DateTimeField("mesuré le")

    class Meta:
        verbose_name = "mesure d'un manque"
        verbose_name_plural = "mesures des manques"
        ordering = ["need_code", "place_kind", "place_code"]
        indexes = [
            models.Index(fields=["space", "snapshot", "need_code"], name="gapmeasure_of_need"),
            models.Index(
                fields=["space", "snapshot", "place_kind", "place_code"], name="gapmeasure_of_place"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "need_code", "place_kind", "place_code"],
                condition=Q(snapshot__isnull=True),
                name="gapmeasure_one_current",
            ),
            models.UniqueConstraint(
                fields=["snapshot", "need_code", "place_kind", "place_code"],
                name="gapmeasure_one_a_snapshot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_code} {self.place_code}"


class InformationGap(models.Model):
    """The unknown layer: how thin or old the directory is there. `need_code` is empty for the place as a whole.

    Counts of published structures: `known`, of which `old` (nobody confirmed for a year), `untold` (no
    sector). `expected` is the number that places of that population know. `is_silent`: no measure there should be read
    as an absence.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="information_gaps", verbose_name="espace"
    )
    snapshot = models.ForeignKey(
        DatedSnapshot,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="information_gaps",
        verbose_name="relevé",
    )
    need_code = models.CharField("besoin", max_length=40, blank=True)
    place_kind = models.CharField("sorte de lieu", max_length=10, choices=PlaceKind.choices)
    place_code = models.CharField("code du lieu", max_length=20)
    known = models.PositiveIntegerField("structures connues")
    old = models.PositiveIntegerField("pages anciennes")
    untold = models.PositiveIntegerField("sans secteur")
    expected = models.FloatField("structures attendues", null=True, blank=True)
    is_silent = models.BooleanField("information insuffisante")
    measured_at = models.DateTimeField("mesuré le")

    class Meta:
        verbose_name = "manque d'information"
        verbose_name_plural = "manques d'information"
        ordering = ["need_code", "place_kind", "place_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "need_code", "place_kind", "place_code"],
                condition=Q(snapshot__isnull=True),
                name="informationgap_one_current",
            ),
            models.UniqueConstraint(
                fields=["snapshot", "need_code", "place_kind", "place_code"],
                name="informationgap_one_a_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(old__lte=F("known")), name="informationgap_old_within_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_code} {self.place_code}".strip()


class MeasureState(models.Model):
    """What the current rows of a space were measured on: they are due again when `version` is another."""

    space = models.OneToOneField(
        Space, models.CASCADE, related_name="measure_state", verbose_name="espace"
    )
    version = models.CharField("état mesuré", max_length=200)
    measured_at = models.DateTimeField("mesuré le")

    class Meta:
        verbose_name = "état de la mesure"
        verbose_name_plural = "états de la mesure"

    def __str__(self) -> str:
        return f"{self.space_id} {self.measured_at:%d/%m/%Y %H:%M}"
