"""What a structure's people keep about it, beyond what registers know."""

from django.conf import settings
from django.db import models

from maillage.core.models import Upload
from maillage.structures.enums import LinkKind, Seeking
from maillage.structures.models.establishment import Establishment
from maillage.structures.models.structure import Structure
from maillage.structures.models.taxonomy import Term


class Service(models.Model):
    """Something a structure does for people, at one of its places or anywhere."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="services", verbose_name="structure"
    )
    establishment = models.ForeignKey(
        Establishment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="services",
        verbose_name="lieu",
    )
    name = models.CharField("nom", max_length=150)
    description = models.TextField("présentation", max_length=2000, blank=True)
    audience = models.ForeignKey(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="public",
    )
    fee = models.CharField("tarif", max_length=150, blank=True)
    access = models.CharField("comment y venir ou s'inscrire", max_length=300, blank=True)
    url = models.URLField("page du service", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "service"
        verbose_name_plural = "services"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Picture(models.Model):
    """`alt` says what is seen, for who does not see it; it is never empty."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="pictures", verbose_name="structure"
    )
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+", verbose_name="fichier")
    alt = models.CharField("texte de remplacement", max_length=200)
    credit = models.CharField("crédit", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "photo"
        verbose_name_plural = "photos"
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(condition=~models.Q(alt=""), name="picture_has_alt")]

    def __str__(self) -> str:
        return self.alt


class Document(models.Model):
    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="documents", verbose_name="structure"
    )
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+", verbose_name="fichier")
    title = models.CharField("titre", max_length=150)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Link(models.Model):
    """A page elsewhere: a social network, or the structure's own offers of volunteering, placements, jobs."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="links", verbose_name="structure"
    )
    kind = models.CharField("sorte", max_length=10, choices=LinkKind.choices)
    url = models.URLField("adresse", max_length=300)
    label = models.CharField("intitulé", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "lien"
        verbose_name_plural = "liens"
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["structure", "url"], name="link_structure_url")
        ]

    def __str__(self) -> str:
        return self.label or self.url


class Teaser(models.Model):
    """One line on what a structure looks for or offers, until a date."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="teasers", verbose_name="structure"
    )
    kind = models.CharField("sens", max_length=8, choices=Seeking.choices)
    text = models.CharField("texte", max_length=200)
    until = models.DateField("jusqu'au", null=True, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "annonce courte"
        verbose_name_plural = "annonces courtes"
        ordering = ["kind", "position", "id"]

    def __str__(self) -> str:
        return self.text


class Draft(models.Model):
    """What a person typed and did not send yet, and what they were shown when they began.

    `form` names the form of the page; `seen` are the values shown, to tell a conflict.
    """

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="drafts", verbose_name="structure"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne"
    )
    form = models.CharField("formulaire", max_length=60)
    fields = models.JSONField("saisie", default=dict)
    seen = models.JSONField("valeurs montrées", default=dict)
    saved_at = models.DateTimeField("gardé le")

    class Meta:
        verbose_name = "brouillon"
        verbose_name_plural = "brouillons"
        constraints = [
            models.UniqueConstraint(fields=["structure", "user", "form"], name="draft_unique")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.structure_id}"
