"""A local authority's space: its perimeter, its people, its look."""

from zlib import crc32

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from maillage.spaces.models.audience import AudienceCount, AudienceTerm, PageKind
from maillage.spaces.models.legal import AccessibilityStatement, Conformity, LegalInformation
from maillage.spaces.models.privacy import LegalBasis, ProcessingActivity, Right, RightsRequest

__all__ = [
    "AccessibilityStatement",
    "AudienceCount",
    "AudienceTerm",
    "Conformity",
    "LegalBasis",
    "LegalInformation",
    "PageKind",
    "PerimeterEntry",
    "ProcessingActivity",
    "Right",
    "RightsRequest",
    "Role",
    "Space",
]

DEFAULT_COLORS = ("#B4441F", "#12343B")
RESERVED_SLUGS = frozenset(
    {
        "compte",
        "api",
        "sante",
        "charte",
        "fiche",
        "accessibilite",
        "journal",
        "static",
        "media",
        "administration-technique",
        "suivi",
        "sitemap.xml",
        "robots.txt",
    }
)


class Space(models.Model):
    slug = models.SlugField("adresse", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    authority = models.CharField("collectivité", max_length=160)
    siren = models.CharField("SIREN de la collectivité", max_length=9, blank=True)
    tagline = models.CharField("phrase d'accueil", max_length=200, blank=True)
    introduction = models.TextField("présentation", blank=True)
    contact_email = models.EmailField("adresse de contact", blank=True)
    website = models.URLField("site de la collectivité", blank=True)
    logo = models.FileField("logo", upload_to="logos/", blank=True)
    color_main = models.CharField(
        "couleur principale",
        max_length=7,
        default=DEFAULT_COLORS[0],
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")],
    )
    color_ink = models.CharField(
        "couleur de l'encre",
        max_length=7,
        default=DEFAULT_COLORS[1],
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")],
    )
    is_public = models.BooleanField("visible du public", default=True)
    is_demo = models.BooleanField("démonstration", default=False)
    keeps_vocabulary = models.BooleanField(
        "tient le vocabulaire commun",
        default=True,
        help_text="Ses administrateurs changent les tables que tous les espaces partagent.",
    )
    accessibility = models.CharField(
        "état d'accessibilité", max_length=7, choices=Conformity.choices, default=Conformity.NONE
    )
    accessibility_until = models.DateField("état valable jusqu'au", null=True, blank=True)
    embed_sites = models.JSONField(
        "sites qui peuvent l'intégrer",
        default=list,
        blank=True,
        help_text="Origines https ; aucune : tous les sites.",
    )
    created_at = models.DateTimeField("création", auto_now_add=True)

    class Meta:
        verbose_name = "espace"
        verbose_name_plural = "espaces"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portal:space_home", args=[self.slug])

    @property
    def theme_url(self) -> str:
        """Address of the stylesheet with this space's colours; empty when it kept the house's.

        The colours are in the address, so that the answer may be kept for a year.
        """
        colors = (self.color_main.upper(), self.color_ink.upper())
        if colors == DEFAULT_COLORS:
            return ""
        version = "-".join(color.removeprefix("#") for color in colors)
        return f"{reverse('spaces:theme', args=[self.slug])}?v={version}"

    @property
    def conformity(self) -> str:
        """« non conforme », « partiellement conforme » or « totalement conforme », today."""
        until = self.accessibility_until
        valid = until is not None and until >= timezone.localdate()
        return str(Conformity(self.accessibility if valid else Conformity.NONE).label)

    @property
    def measure_url(self) -> str:
        """Where its public pages count their readings; empty while the space is not open."""
        return reverse("privacy:measure", args=[self.slug]) if self.is_public else ""

    @property
    def logo_url(self) -> str:
        """Address of the logo, that changes with it; empty when there is none."""
        if not self.logo:
            return ""
        return f"{reverse('spaces:logo', args=[self.slug])}?v={crc32(self.logo.name.encode()):x}"


class PerimeterEntry(models.Model):
    """One commune of a space's perimeter. `until` keeps what was true: territories change."""

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="perimeter", verbose_name="espace"
    )
    municipality_code = models.CharField("code INSEE", max_length=5, db_index=True)
    since = models.DateField("depuis", null=True, blank=True)
    until = models.DateField("jusqu'à", null=True, blank=True)

    class Meta:
        verbose_name = "commune du périmètre"
        verbose_name_plural = "communes du périmètre"
        ordering = ["municipality_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "municipality_code"], name="perimeter_space_municipality"
            )
        ]

    def __str__(self) -> str:
        return self.municipality_code


class Role(models.Model):
    class Kind(models.TextChoices):
        ADMINISTRATOR = "administrator", "administrateur"
        AGENT = "agent", "agent"
        PARTNER = "partner", "partenaire"
        JUROR = "juror", "juré"

    class Partner(models.TextChoices):
        FUNDER = "funder", "financeur"
        SUPPORT = "support", "organisme d'accompagnement"
        LANDLORD = "landlord", "bailleur ou propriétaire"
        BUYER = "buyer", "acheteur public ou privé"

    space = models.ForeignKey(Space, models.CASCADE, related_name="roles", verbose_name="espace")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="space_roles",
        verbose_name="personne",
    )
    kind = models.CharField("rôle", max_length=14, choices=Kind.choices)
    partner_kind = models.CharField(
        "sorte de partenaire", max_length=8, choices=Partner.choices, blank=True
    )
    created_at = models.DateTimeField("depuis", auto_now_add=True)

    class Meta:
        verbose_name = "rôle dans un espace"
        verbose_name_plural = "rôles dans les espaces"
        ordering = ["space_id", "user_id"]
        constraints = [models.UniqueConstraint(fields=["space", "user"], name="role_space_user")]

    def __str__(self) -> str:
        return f"{self.user} : {self.get_kind_display()} de {self.space}"
