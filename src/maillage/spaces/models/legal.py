"""What a French public site must say of who publishes it, and of how accessible it is."""

from django.db import models
from django.db.models import Q


class LegalInformation(models.Model):
    """Legal notice of a space (loi n° 2004-575 du 21 juin 2004, article 1-1) and its data protection officer."""

    space = models.OneToOneField(
        "spaces.Space", models.CASCADE, related_name="legal", verbose_name="espace"
    )
    publisher_siret = models.CharField("SIRET de l'éditeur", max_length=20, blank=True)
    publisher_address = models.CharField("adresse de l'éditeur", max_length=250, blank=True)
    publisher_phone = models.CharField("téléphone de l'éditeur", max_length=20, blank=True)
    director = models.CharField(
        "directrice ou directeur de la publication", max_length=160, blank=True
    )
    host_name = models.CharField("hébergeur", max_length=160, blank=True)
    host_address = models.CharField("adresse de l'hébergeur", max_length=250, blank=True)
    host_phone = models.CharField("téléphone de l'hébergeur", max_length=20, blank=True)
    dpo_name = models.CharField("délégué à la protection des données", max_length=160, blank=True)
    dpo_email = models.EmailField("adresse e-mail du délégué", blank=True)
    dpo_address = models.CharField("adresse postale du délégué", max_length=250, blank=True)
    joint_controllers = models.CharField("coresponsables éventuels", max_length=300, blank=True)
    credits = models.TextField("crédits et propriété", max_length=2000, blank=True)
    updated_at = models.DateTimeField("mise à jour", null=True, blank=True)

    class Meta:
        verbose_name = "informations légales"
        verbose_name_plural = "informations légales"

    def __str__(self) -> str:
        return f"Mentions de {self.space}"


class Conformity(models.TextChoices):
    """Décret n° 2019-768 and arrêté du 20 septembre 2019: half of the criteria, then all of them."""

    NONE = "none", "non conforme"
    PARTIAL = "partial", "partiellement conforme"
    FULL = "full", "totalement conforme"


class AccessibilityStatement(models.Model):
    """What an audit against the RGAA found. `rate` is a percentage; without an audit the state is « non conforme »."""

    space = models.OneToOneField(
        "spaces.Space", models.CASCADE, related_name="statement", verbose_name="espace"
    )
    audited_on = models.DateField("date de l'audit", null=True, blank=True)
    auditor = models.CharField("auteur de l'audit", max_length=160, blank=True)
    rate = models.DecimalField(
        "taux de conformité (%)", max_digits=5, decimal_places=2, null=True, blank=True
    )
    failures = models.TextField("non-conformités", max_length=5000, blank=True)
    burdens = models.TextField(
        "dérogations pour charge disproportionnée", max_length=3000, blank=True
    )
    exempt = models.TextField("contenus non soumis", max_length=3000, blank=True)
    tests = models.TextField("environnement de test et outils", max_length=3000, blank=True)
    sample = models.TextField("pages vérifiées", max_length=3000, blank=True)
    feedback_email = models.EmailField("adresse e-mail pour signaler un obstacle", blank=True)
    schema_url = models.URLField("schéma pluriannuel", max_length=300, blank=True)
    plan_url = models.URLField("plan d'action de l'année", max_length=300, blank=True)
    established_on = models.DateField("déclaration établie le", null=True, blank=True)

    class Meta:
        verbose_name = "déclaration d'accessibilité"
        verbose_name_plural = "déclarations d'accessibilité"
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | Q(rate__gte=0, rate__lte=100),
                name="statement_rate_is_a_percentage",
            )
        ]

    def __str__(self) -> str:
        return f"Accessibilité de {self.space}"
