"""Keys of the API. Reading open data needs none."""

from django.conf import settings
from django.db import models

from maillage.spaces.models import Space


class ApiKey(models.Model):
    """A program's key to write in a space, in the name of who made it. Only the hash of the key is kept.

    `prefix` are its first characters, shown to tell keys apart. `scopes` are codes of `lib.scopes`. The key is worth what
    its maker may do at the moment of the call, and no more.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="api_keys", verbose_name="espace")
    name = models.CharField("nom", max_length=80)
    prefix = models.CharField("début de la clé", max_length=12)
    key_hash = models.CharField("empreinte", max_length=64, unique=True)
    scopes = models.JSONField("portées", default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="créée par"
    )
    created_at = models.DateTimeField("créée le")
    expires_on = models.DateField("valable jusqu'au")
    used_at = models.DateTimeField("dernier usage", null=True, blank=True)
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)

    class Meta:
        verbose_name = "clé de l'API"
        verbose_name_plural = "clés de l'API"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class KeptAnswer(models.Model):
    """What a key's call with an `Idempotency-Key` was answered: the same call is answered the same, and written once.

    Both hashes are SHA-256. Kept a day (`actions.keys.once`).
    """

    key = models.ForeignKey(
        ApiKey, models.CASCADE, related_name="kept_answers", verbose_name="clé de l'API"
    )
    token_hash = models.CharField("empreinte de l'appel", max_length=64)
    request_hash = models.CharField("empreinte de la demande", max_length=64)
    status = models.PositiveSmallIntegerField("code de la réponse")
    body = models.JSONField("réponse", default=dict)
    created_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "réponse gardée"
        verbose_name_plural = "réponses gardées"
        constraints = [
            models.UniqueConstraint(fields=["key", "token_hash"], name="keptanswer_once")
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.token_hash[:12]}"
