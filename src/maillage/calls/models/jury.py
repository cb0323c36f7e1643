"""The session where a jury proposes: agenda, presence, scenarios, decisions."""

from django.db import models
from django.db.models import Q

from maillage.calls.enums import JuryOutcome, Presence, ScenarioMethod, SessionStatus
from maillage.calls.models.applications import Application
from maillage.calls.models.editions import Edition
from maillage.calls.models.fields import euros, person
from maillage.calls.models.reviews import Juror
from maillage.core.uploads.models import Upload


class JurySession(models.Model):
    """A meeting of the jury. It proposes; the authority decides afterwards, with its deliberation.

    `order` says how the agenda was laid: `{"by": "lot"|"theme"|"deposit"|"score", "seed": "…"}` (a draw can be done
    again). `live` is the screen of the room: `{"key": hash, "until": ISO instant}`. `minutes` are frozen when signed.
    """

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="sessions", verbose_name="appel"
    )
    title = models.CharField("titre", max_length=160)
    starts_at = models.DateTimeField("commence le")
    place = models.CharField("lieu", max_length=250, blank=True)
    video_url = models.URLField("visioconférence", max_length=300, blank=True)
    quorum = models.PositiveSmallIntegerField("quorum (personnes)")
    status = models.CharField(
        "état", max_length=9, choices=SessionStatus.choices, default=SessionStatus.PREPARED
    )
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    signed_at = models.DateTimeField("signée le", null=True, blank=True)
    signed_by = person("signée par")
    minutes = models.ForeignKey(
        Upload,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="procès-verbal",
    )
    signed_copy = models.ForeignKey(
        Upload,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="exemplaire signé",
    )
    order = models.JSONField("ordre de passage", default=dict, blank=True)
    convened_at = models.DateTimeField("convoquée le", null=True, blank=True)
    remarks = models.TextField("observations", max_length=4000, blank=True)
    live = models.JSONField("écran de la salle", default=dict, blank=True)
    created_by = person("préparée par")
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "séance du jury"
        verbose_name_plural = "séances du jury"
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """A juror called to a session, and whether they came."""

    session = models.ForeignKey(
        JurySession, models.CASCADE, related_name="seats", verbose_name="séance"
    )
    juror = models.ForeignKey(Juror, models.CASCADE, related_name="seats", verbose_name="juré")
    presence = models.CharField(
        "présence", max_length=8, choices=Presence.choices, default=Presence.EXPECTED
    )
    came_at = models.DateTimeField("arrivé à", null=True, blank=True)
    left_at = models.DateTimeField("parti à", null=True, blank=True)

    class Meta:
        verbose_name = "siège"
        verbose_name_plural = "sièges"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["session", "juror"], name="seat_once")]

    def __str__(self) -> str:
        return f"siège {self.pk}"


class AgendaItem(models.Model):
    session = models.ForeignKey(
        JurySession, models.CASCADE, related_name="agenda", verbose_name="séance"
    )
    application = models.ForeignKey(
        Application, models.CASCADE, related_name="agenda", verbose_name="candidature"
    )
    position = models.PositiveSmallIntegerField("rang")
    started_at = models.DateTimeField("abordée à", null=True, blank=True)
    ended_at = models.DateTimeField("terminée à", null=True, blank=True)

    class Meta:
        verbose_name = "point de l'ordre du jour"
        verbose_name_plural = "points de l'ordre du jour"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "application"], name="agenda_once")
        ]

    def __str__(self) -> str:
        return f"point {self.position}"


class JuryDecision(models.Model):
    """What the jury proposes for a file; hidden from applicants until the authority notifies.

    `amount` is what it would give (0 but for AWARD). `recused` lists the persons (ids of `Juror`) who left the room.
    `override_reason` is asked when it departs from the scenario that was kept, or from the ranking. `settled_at` ends
    it: a file that the jury examines again needs another one, in another session.
    """

    session = models.ForeignKey(
        JurySession, models.CASCADE, related_name="decisions", verbose_name="séance"
    )
    application = models.ForeignKey(
        Application, models.CASCADE, related_name="jury_decisions", verbose_name="candidature"
    )
    outcome = models.CharField("proposition", max_length=7, choices=JuryOutcome.choices)
    amount = euros("montant proposé (€)")
    rank = models.PositiveSmallIntegerField("rang d'attente", null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField("pour", default=0)
    votes_against = models.PositiveSmallIntegerField("contre", default=0)
    votes_blank = models.PositiveSmallIntegerField("abstentions", default=0)
    recused = models.JSONField("sortis de la salle", default=list, blank=True)
    reasons = models.TextField("motifs", max_length=4000, blank=True)
    conditions = models.TextField("conditions", max_length=2000, blank=True)
    override_reason = models.CharField("motif de l'écart", max_length=500, blank=True)
    settled_at = models.DateTimeField("décidée par l'autorité le", null=True, blank=True)
    recorded_by = person("consignée par")
    at = models.DateTimeField("le")
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "proposition du jury"
        verbose_name_plural = "propositions du jury"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "application"], name="jury_decision_once"),
            models.CheckConstraint(
                condition=Q(outcome="award", amount__gt=0) | (~Q(outcome="award") & Q(amount=0)),
                name="jury_decision_amount_of_awards",
            ),
        ]

    def __str__(self) -> str:
        return f"proposition {self.pk}"


class Scenario(models.Model):
    """A way to share the envelope. `lines` are `[{"application": id, "amount": "7500.00", "reason": ""}]`.

    `parameters` and `report` as `lib/portfolio.py` and `queries/scenarios.py` say; one is `kept` at most.
    """

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="scenarios", verbose_name="appel"
    )
    name = models.CharField("nom", max_length=120)
    method = models.CharField("méthode", max_length=7, choices=ScenarioMethod.choices)
    parameters = models.JSONField("réglages", default=dict, blank=True)
    lines = models.JSONField("projets et montants", default=list, blank=True)
    report = models.JSONField("compte rendu", default=dict, blank=True)
    total = euros("total (€)")
    is_shared = models.BooleanField("montré au jury", default=False)
    is_kept = models.BooleanField("retenu", default=False)
    created_by = person("fait par")
    created_at = models.DateTimeField("fait le")
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "scénario"
        verbose_name_plural = "scénarios"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(is_kept=True), name="scenario_one_kept"
            )
        ]

    def __str__(self) -> str:
        return self.name
