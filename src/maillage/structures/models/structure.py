"""One legal person, or a collective without SIREN."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.structures.enums import (
    ContactVisibility,
    Disclosure,
    EssStatus,
    Family,
    LifeStage,
    SizeBand,
    State,
    Typology,
    TypologyOrigin,
)
from maillage.structures.models.taxonomy import Term
from maillage.structures.querysets import StructureQuerySet

CONTACTS = ("website", "email", "phone")
VISIBILITIES = tuple(f"{name}_visibility" for name in CONTACTS)


def _visibility(contact: str) -> property:
    """Who sees `contact`, read from and written to `contact_visibility`."""

    def read(structure: "Structure") -> str:
        said = structure.contact_visibility
        known = said.get(contact) if isinstance(said, dict) else ""
        return str(known or ContactVisibility.PUBLIC)

    def write(structure: "Structure", who: str) -> None:
        said = structure.contact_visibility
        structure.contact_visibility = {**(said if isinstance(said, dict) else {}), contact: who}

    return property(read, write)


class Structure(models.Model):
    """`provenance` maps a field name to `{"source", "date", "at", "run", "by"}`.

    `contact_visibility` maps email, phone and website to a `ContactVisibility`; absent, it is public.
    `by` (a person's id) means that a person confirmed the value: imports then file a suggestion
    instead of writing. `date` is the date of the source, `at` the moment it was written here.
    """

    slug = models.SlugField("adresse", max_length=120, unique=True)
    name = models.CharField("nom", max_length=250)
    legal_name = models.CharField("dénomination légale", max_length=250, blank=True)
    acronym = models.CharField("sigle", max_length=40, blank=True)
    siren = models.CharField("SIREN", max_length=9, null=True, blank=True, unique=True)
    rna = models.CharField("numéro RNA", max_length=10, null=True, blank=True, unique=True)
    family = models.CharField("famille", max_length=12, choices=Family.choices, blank=True)
    legal_category = models.CharField("catégorie juridique", max_length=4, blank=True)
    activity_code = models.CharField("code d'activité", max_length=6, blank=True)
    activity_nomenclature = models.CharField("nomenclature d'activité", max_length=8, blank=True)
    terms = models.ManyToManyField(
        Term, through="StructureTerm", related_name="structures", verbose_name="termes"
    )

    description = models.TextField("présentation", blank=True, max_length=10_000)
    website = models.URLField("site web", max_length=300, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)

    contact_visibility = models.JSONField("visibilité des contacts", default=dict, blank=True)
    size_band = models.CharField(
        "tranche d'effectif", max_length=2, choices=SizeBand.choices, blank=True
    )
    size_year = models.PositiveSmallIntegerField("année de l'effectif", null=True, blank=True)
    is_employer = models.BooleanField("employeuse", null=True, blank=True)
    life_stage = models.CharField(
        "étape de vie", max_length=10, choices=LifeStage.choices, blank=True
    )
    typology = models.CharField("typologie", max_length=16, choices=Typology.choices, blank=True)
    typology_origin = models.CharField(
        "origine de la typologie", max_length=10, choices=TypologyOrigin.choices, blank=True
    )
    typology_reason = models.CharField("motif de la typologie", max_length=300, blank=True)
    created_on = models.DateField("date de création", null=True, blank=True)
    ceased_on = models.DateField("date de cessation", null=True, blank=True)
    state = models.CharField("état", max_length=8, choices=State.choices, default=State.ACTIVE)
    disclosure = models.CharField(
        "diffusion", max_length=1, choices=Disclosure.choices, default=Disclosure.PUBLIC
    )

    ess_flag_sirene = models.BooleanField("déclarée ESS dans Sirene", null=True, blank=True)
    in_ess_list = models.BooleanField("dans la liste d'ESS France", default=False)
    ess_status = models.CharField(
        "appartenance à l'ESS", max_length=9, choices=EssStatus.choices, default=EssStatus.UNKNOWN
    )
    ess_reason = models.CharField("motif de l'appartenance", max_length=300, blank=True)
    ess_override = models.CharField(
        "décision de l'agent", max_length=9, choices=EssStatus.choices, blank=True
    )
    ess_override_reason = models.CharField("motif de la décision", max_length=300, blank=True)
    ess_override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidé par",
    )
    ess_override_at = models.DateTimeField("décidé le", null=True, blank=True)

    provenance = models.JSONField("provenance", default=dict, blank=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confirmée par",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="fusionnée dans",
    )
    is_demo = models.BooleanField("structure inventée (démonstration)", default=False)
    created_at = models.DateTimeField("entrée dans l'annuaire", auto_now_add=True)
    updated_at = models.DateTimeField("dernière modification", auto_now=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        verbose_name_plural = "structures"
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"], name="structure_list_by_name"),
            models.Index(fields=["-created_at"], name="structure_feed_of_new"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(siren=""), name="structure_siren_null_not_empty"),
            models.CheckConstraint(condition=~Q(rna=""), name="structure_rna_null_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    website_visibility = _visibility("website")
    email_visibility = _visibility("email")
    phone_visibility = _visibility("phone")


class StructureTerm(models.Model):
    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="structure_terms", verbose_name="structure"
    )
    term = models.ForeignKey(
        Term, models.PROTECT, related_name="structure_terms", verbose_name="terme"
    )
    is_main = models.BooleanField("principal", default=False)

    class Meta:
        verbose_name = "terme d'une structure"
        verbose_name_plural = "termes des structures"
        ordering = ["-is_main", "id"]
        constraints = [
            models.UniqueConstraint(fields=["structure", "term"], name="structureterm_unique")
        ]

    def __str__(self) -> str:
        return f"{self.structure_id} {self.term_id}"


class FormerSlug(models.Model):
    """An old address of a structure: it redirects for ever."""

    slug = models.SlugField("ancienne adresse", max_length=120, unique=True)
    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="former_slugs", verbose_name="structure"
    )

    class Meta:
        verbose_name = "ancienne adresse"
        verbose_name_plural = "anciennes adresses"

    def __str__(self) -> str:
        return self.slug
