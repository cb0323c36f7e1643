"""People who may act for a structure, and how they came to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.structures.enums import Proof
from maillage.structures.models.structure import Structure


class Membership(models.Model):
    """A person who may act for a structure. It ends by `ended_at`; nothing is deleted but with the account."""

    class Kind(models.TextChoices):
        ADMINISTRATOR = "administrator", "administre la fiche"
        MEMBER = "member", "modifie la fiche"

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="memberships", verbose_name="structure"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name="personne",
    )
    kind = models.CharField("rôle", max_length=13, choices=Kind.choices)
    proof = models.CharField("preuve", max_length=8, choices=Proof.choices, blank=True)
    function = models.CharField("fonction", max_length=80, blank=True)
    since = models.DateTimeField("depuis")
    ended_at = models.DateTimeField("jusqu'au", null=True, blank=True)

    class Meta:
        verbose_name = "membre d'une structure"
        verbose_name_plural = "membres des structures"
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "user"],
                condition=Q(ended_at__isnull=True),
                name="membership_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} : {self.structure}"


class MembershipInvitation(models.Model):
    """An address invited to join a structure; the key is single use and only its hash is kept."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="invitations", verbose_name="structure"
    )
    email = models.EmailField("adresse e-mail")
    kind = models.CharField("rôle", max_length=13, choices=Membership.Kind.choices)
    key_hash = models.CharField("empreinte de la clé", max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="invitée par"
    )
    created_at = models.DateTimeField("envoyée le")
    expires_at = models.DateTimeField("valable jusqu'au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation dans une structure"
        verbose_name_plural = "invitations dans les structures"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} : {self.structure}"


class Claim(models.Model):
    """A person asks to keep a structure's page. `evidence` holds what they gave, by kind of proof."""

    class State(models.TextChoices):
        OPEN = "open", "à examiner"
        PROVING = "proving", "preuve attendue"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "retirée"

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="claims", verbose_name="structure"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims", verbose_name="personne"
    )
    space_id = models.BigIntegerField("espace d'où vient la demande", null=True, blank=True)
    proof = models.CharField("preuve proposée", max_length=8, choices=Proof.choices)
    evidence = models.JSONField("éléments", default=dict, blank=True)
    function = models.CharField("fonction", max_length=80, blank=True)
    message = models.TextField("message", max_length=2000, blank=True)
    state = models.CharField("état", max_length=9, choices=State.choices, default=State.OPEN)
    code_hash = models.CharField("empreinte du code", max_length=64, blank=True)
    code_expires_at = models.DateTimeField("code valable jusqu'au", null=True, blank=True)
    code_attempts = models.PositiveSmallIntegerField("essais du code", default=0)
    created_at = models.DateTimeField("reçue le")
    decided_at = models.DateTimeField("tranchée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="tranchée par",
    )
    reason = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        verbose_name = "demande de fiche"
        verbose_name_plural = "demandes de fiche"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["state", "created_at"], name="claim_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "user"],
                condition=Q(state__in=["open", "proving"]),
                name="claim_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.structure}"
