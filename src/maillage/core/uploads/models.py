"""Files that people send."""

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """`path` is relative to the uploads of `MEDIA_ROOT`, a random name; `name` is what the sender called it.

    A private one has no public address: the room that keeps it serves it to whom it must (`views.answer_file`).
    """

    class State(models.TextChoices):
        QUARANTINED = "quarantined", "en attente d'analyse"
        CLEAN = "clean", "accepté"
        INFECTED = "infected", "refusé par l'antivirus"
        WITHHELD = "withheld", "caché par un agent"

    path = models.CharField("fichier", max_length=100, unique=True)
    name = models.CharField("nom d'origine", max_length=150)
    media_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte", max_length=64)
    width = models.PositiveIntegerField("largeur", null=True, blank=True)
    height = models.PositiveIntegerField("hauteur", null=True, blank=True)
    is_private = models.BooleanField("servi par sa pièce seulement", default=False)
    state = models.CharField("état", max_length=11, choices=State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="envoyé par",
    )
    at = models.DateTimeField("envoyé le")

    class Meta:
        verbose_name = "fichier envoyé"
        verbose_name_plural = "fichiers envoyés"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "at"], name="upload_to_scan")]

    def __str__(self) -> str:
        return self.name
