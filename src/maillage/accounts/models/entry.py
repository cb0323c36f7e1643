"""What lets a person come in, besides their password."""

from django.conf import settings
from django.db import models


class EmailChange(models.Model):
    """An address about to replace another. Both mailboxes answer, by a key each, or nothing changes.

    Only hashes of the keys are kept. `new_email` may belong to someone else already: the person who asks
    is not told, and the change never ends.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="email_changes",
        verbose_name="personne",
    )
    old_email = models.EmailField("ancienne adresse")
    new_email = models.EmailField("nouvelle adresse")
    old_key = models.CharField("clé de l'ancienne", max_length=64, unique=True)
    new_key = models.CharField("clé de la nouvelle", max_length=64, unique=True)
    old_agreed_at = models.DateTimeField("ancienne d'accord le", null=True, blank=True)
    new_agreed_at = models.DateTimeField("nouvelle d'accord le", null=True, blank=True)
    asked_at = models.DateTimeField("demandé le")
    expires_at = models.DateTimeField("périmé le")

    class Meta:
        verbose_name = "changement d'adresse"
        verbose_name_plural = "changements d'adresse"
        constraints = [models.UniqueConstraint(fields=["user"], name="emailchange_one_per_user")]

    def __str__(self) -> str:
        return f"{self.old_email} → {self.new_email}"


class ProConnectAccount(models.Model):
    """The professional identity under which an agent comes in by ProConnect."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="proconnect", verbose_name="personne"
    )
    sub = models.CharField("identifiant", max_length=255, unique=True)
    siret = models.CharField("SIRET de l'employeur", max_length=14, blank=True)
    idp = models.CharField("fournisseur d'identité", max_length=100, blank=True)
    linked_at = models.DateTimeField("relié le")
    used_at = models.DateTimeField("dernière entrée le")

    class Meta:
        verbose_name = "compte ProConnect"
        verbose_name_plural = "comptes ProConnect"

    def __str__(self) -> str:
        return f"{self.user} ({self.siret})"
