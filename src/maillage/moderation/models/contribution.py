"""One thing that somebody sent, from the letter that confirms their address to the decision."""

from django.conf import settings
from django.db import models

from maillage.moderation.enums import Kind, State, Trust
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class Contribution(models.Model):
    """A proposal, a correction or a notice about a structure.

    `fields` maps a field (see `lib.fields`) to the proposed value, `seen` to the value shown when it
    was proposed; values are texts. `details` holds what one kind alone says: `place` (id of the
    establishment corrected), `proof`, `wrong`, `on`, `illegal`, `where`, `term`… `outcome` holds what a
    decision wrote, so that it can be told and taken back. `version` grows with every change of state:
    a decision made from an older one is refused. `subject` keeps the name when the page disappears.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="contributions", verbose_name="espace"
    )
    structure = models.ForeignKey(
        Structure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name="structure",
    )
    subject = models.CharField("nom de la structure", max_length=250)
    municipality_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    kind = models.CharField("sorte", max_length=7, choices=Kind.choices)
    fields = models.JSONField("valeurs proposées", default=dict, blank=True)
    seen = models.JSONField("valeurs montrées", default=dict, blank=True)
    details = models.JSONField("précisions", default=dict, blank=True)
    message = models.TextField("message", max_length=4000, blank=True)

    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name="personne",
    )
    name = models.CharField("nom donné", max_length=120, blank=True)
    email = models.EmailField("adresse e-mail donnée", blank=True)
    trust = models.PositiveSmallIntegerField(
        "confiance", choices=Trust.choices, default=Trust.VISITOR
    )
    token_hash = models.CharField(
        "empreinte du formulaire", max_length=64, null=True, blank=True, unique=True
    )
    created_at = models.DateTimeField("reçue le")
    verified_at = models.DateTimeField("confirmée le", null=True, blank=True)
    forgotten_at = models.DateTimeField("contributeur effacé le", null=True, blank=True)

    state = models.CharField("état", max_length=10, choices=State.choices, default=State.UNVERIFIED)
    version = models.PositiveIntegerField("version", default=0)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confiée à",
    )
    snoozed_until = models.DateField("remise au", null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name="doublon de",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="tranchée par",
    )
    decided_at = models.DateTimeField("tranchée le", null=True, blank=True)
    reason = models.CharField("motif", max_length=40, blank=True)
    answer = models.TextField("texte envoyé", max_length=4000, blank=True)
    statement = models.JSONField("exposé des motifs", default=dict, blank=True)
    outcome = models.JSONField("ce qui a été écrit", default=dict, blank=True)

    class Meta:
        verbose_name = "contribution"
        verbose_name_plural = "contributions"
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["state", "created_at", "id"], name="contribution_queue"),
            models.Index(fields=["structure", "state"], name="contribution_of_structure"),
            models.Index(fields=["space", "-decided_at"], name="contribution_decisions"),
            models.Index(fields=["email", "created_at"], name="contribution_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.subject}"


class ContributionKey(models.Model):
    """A key to the follow-up page, sent in a letter. Only its hash is kept."""

    contribution = models.ForeignKey(
        Contribution, models.CASCADE, related_name="keys", verbose_name="contribution"
    )
    key_hash = models.CharField("empreinte de la clé", max_length=64, unique=True)
    created_at = models.DateTimeField("créée le")
    expires_at = models.DateTimeField("valable jusqu'au")

    class Meta:
        verbose_name = "clé de suivi"
        verbose_name_plural = "clés de suivi"

    def __str__(self) -> str:
        return f"{self.contribution_id} ({self.expires_at:%d/%m/%Y})"


class ContributionMessage(models.Model):
    """A question of an agent or an answer of the contributor; a note is read by agents only."""

    class Side(models.TextChoices):
        AGENT = "agent", "agent"
        CONTRIBUTOR = "contributor", "contributeur"
        NOTE = "note", "note interne"

    contribution = models.ForeignKey(
        Contribution, models.CASCADE, related_name="thread", verbose_name="contribution"
    )
    side = models.CharField("auteur", max_length=11, choices=Side.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("le")
    text = models.TextField("texte", max_length=4000)

    class Meta:
        verbose_name = "échange sur une contribution"
        verbose_name_plural = "échanges sur les contributions"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:80]
