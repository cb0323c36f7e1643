"""Keeping pages true: reminders to the structure, calls by the agents."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.spaces.models import Space
from maillage.structures.enums import CallOutcome, CallReason, SignKind
from maillage.structures.models.structure import Structure


class FreshnessReminder(models.Model):
    """A letter that asks whether the page is right. Its key opens the three answers without a password.

    `months` is the age of the page that caused it: 6, 9 or 12, counted from `since`; one letter for each.
    Only the hash of the key is kept. `stopped_at`: no more letters about this structure, they asked.
    """

    class Answer(models.TextChoices):
        RIGHT = "right", "tout est juste"
        CORRECT = "correct", "à corriger"
        CLOSED = "closed", "structure fermée"

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="reminders", verbose_name="structure"
    )
    months = models.PositiveSmallIntegerField("âge de la fiche (mois)")
    since = models.DateField("âge compté depuis")
    space_id = models.BigIntegerField("espace", null=True, blank=True)
    to = models.EmailField("adresse")
    key_hash = models.CharField("empreinte de la clé", max_length=64, unique=True)
    sent_at = models.DateTimeField("envoyé le")
    expires_at = models.DateTimeField("valable jusqu'au")
    answer = models.CharField("réponse", max_length=7, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    stopped_at = models.DateTimeField("rappels arrêtés le", null=True, blank=True)

    class Meta:
        verbose_name = "rappel de fraîcheur"
        verbose_name_plural = "rappels de fraîcheur"
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(fields=["structure", "-sent_at"], name="reminder_of_structure"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "months", "since"], name="reminder_once_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure} ({self.months} mois)"


class CallNote(models.Model):
    """A call made, or given up, by an agent; `next_on` is the day to call again.

    `before` is what the page said of its confirmation, to take a call back.
    """

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="calls", verbose_name="structure"
    )
    space_id = models.BigIntegerField("espace")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("le")
    outcome = models.CharField("résultat", max_length=12, choices=CallOutcome.choices)
    note = models.CharField("note", max_length=500, blank=True)
    next_on = models.DateField("rappeler le", null=True, blank=True)
    is_last = models.BooleanField("dernier appel", default=True)
    before = models.JSONField("avant l'appel", default=dict, blank=True)

    class Meta:
        verbose_name = "appel d'un agent"
        verbose_name_plural = "appels des agents"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["space_id", "structure"],
                name="callnote_last_of_space",
                condition=Q(is_last=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} {self.outcome}"


class Upkeep(models.Model):
    """What the screens of freshness read of a structure, worked out after each write and each night.

    `counts_from` is the day its age counts from; `vouched`: a person said so, else the newest source.
    `missing` are codes of `queries.completeness`, `completeness` a percentage.
    """

    structure = models.OneToOneField(
        Structure,
        models.CASCADE,
        primary_key=True,
        related_name="upkeep",
        verbose_name="structure",
    )
    counts_from = models.DateField("âge compté depuis")
    vouched = models.BooleanField("confirmée par une personne", default=False)
    is_kept = models.BooleanField("tenue par ses membres", default=False)
    completeness = models.PositiveSmallIntegerField("complétude (%)", default=0)
    missing = models.JSONField("ce qui manque", default=list, blank=True)
    has_phone = models.BooleanField("téléphone", default=False)
    has_email = models.BooleanField("e-mail", default=False)
    has_hours = models.BooleanField("horaires", default=False)
    has_description = models.BooleanField("présentation", default=False)

    class Meta:
        verbose_name = "tenue d'une fiche"
        verbose_name_plural = "tenue des fiches"
        indexes = [models.Index(fields=["counts_from"], name="upkeep_by_age")]

    def __str__(self) -> str:
        return f"{self.structure_id} {self.counts_from}"


class CallEntry(models.Model):
    """A line of a space's call list. Worked out like `Upkeep`; what agents said of it stays.

    `reason` is the first of `reasons`; `since` is its date, oldest first. Shown from `visible_from` on:
    the day to call again, the end of the pause after a call, or of « plus aujourd'hui » (`snoozed_until`).
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="+", verbose_name="espace")
    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="call_entries", verbose_name="structure"
    )
    reason = models.PositiveSmallIntegerField("motif", choices=CallReason.choices)
    reasons = models.JSONField("tous les motifs", default=list)
    since = models.DateField("depuis")
    visible_from = models.DateField("montrée à partir du")
    snoozed_until = models.DateField("remise au", null=True, blank=True)
    municipality_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="prise par",
    )
    taken_on = models.DateField("prise le", null=True, blank=True)

    class Meta:
        verbose_name = "structure à appeler"
        verbose_name_plural = "structures à appeler"
        ordering = ["reason", "since", "structure_id"]
        indexes = [
            # Read in its order, and counted by reason and commune, from the index alone.
            models.Index(
                fields=["space", "reason", "since", "structure", "visible_from"],
                name="callentry_in_order",
            ),
            models.Index(
                fields=["space", "reason", "municipality_code", "visible_from"],
                name="callentry_counted",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["space", "structure"], name="callentry_once")
        ]

    def __str__(self) -> str:
        return f"{self.structure_id} ({self.get_reason_display()})"


class ClosureSign(models.Model):
    """Something says that a structure is closed. An agent archives it, or keeps it and says why.

    `key` names the evidence: once decided, the same one does not come back.
    """

    class Decision(models.TextChoices):
        ENDED = "ended", "archivée"
        KEPT = "kept", "gardée"

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="closure_signs", verbose_name="structure"
    )
    kind = models.CharField("nature", max_length=10, choices=SignKind.choices)
    key = models.CharField("preuve", max_length=80)
    on = models.DateField("fermée le", null=True, blank=True)
    detail = models.CharField("précision", max_length=300, blank=True)
    source = models.CharField("source", max_length=60, blank=True)
    found_at = models.DateTimeField("vu le")
    decision = models.CharField("décision", max_length=5, choices=Decision.choices, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidé par",
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)

    class Meta:
        verbose_name = "signe de fermeture"
        verbose_name_plural = "signes de fermeture"
        ordering = ["-found_at", "-id"]
        indexes = [
            models.Index(fields=["found_at"], name="closuresign_open", condition=Q(decision=""))
        ]
        constraints = [
            models.UniqueConstraint(fields=["structure", "kind", "key"], name="closuresign_once")
        ]

    def __str__(self) -> str:
        return f"{self.structure_id} {self.kind}"
