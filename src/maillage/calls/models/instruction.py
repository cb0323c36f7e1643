"""What the authority does with a file before the jury: corrections, messages, checks, admissibility."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.calls.enums import CorrectionReason, MessageSide, Outcome, Verdict
from maillage.calls.models.applications import Application
from maillage.calls.models.editions import Edition
from maillage.calls.models.fields import euros, person
from maillage.core.uploads.models import Upload
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class Correction(models.Model):
    """What must be mended, and by when. `items` are codes of fields: only these open again to the applicant."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="corrections", verbose_name="candidature"
    )
    reason = models.CharField("motif", max_length=10, choices=CorrectionReason.choices)
    items = models.JSONField("champs à reprendre", default=list)
    text = models.TextField("explication", max_length=2000)
    due_at = models.DateTimeField("à rendre avant le")
    asked_by = person("demandée par")
    asked_at = models.DateTimeField("demandée le")
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    answered_by = person("répondue par")
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = person("close par")

    class Meta:
        verbose_name = "demande de correction"
        verbose_name_plural = "demandes de correction"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="correction_one_open",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class CallMessage(models.Model):
    """A message between the applicants of a file and the authority. Readers and jurors never see any."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="messages", verbose_name="candidature"
    )
    side = models.CharField("de", max_length=9, choices=MessageSide.choices)
    by = person("écrit par")
    at = models.DateTimeField("le")
    text = models.TextField("message", max_length=4000)
    upload = models.ForeignKey(
        Upload,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="fichier joint",
    )
    reply_by = models.DateField("réponse attendue le", null=True, blank=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    class Meta:
        verbose_name = "message d'une candidature"
        verbose_name_plural = "messages d'une candidature"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"message {self.pk}"


class InstructionNote(models.Model):
    """What agents write to each other about a file; never changed, never sent to the applicant."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="notes", verbose_name="candidature"
    )
    by = person("écrite par")
    at = models.DateTimeField("le")
    text = models.TextField("note", max_length=4000)

    class Meta:
        verbose_name = "note d'instruction"
        verbose_name_plural = "notes d'instruction"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"note {self.pk}"


class Follower(models.Model):
    """An agent who wants to be told of a file that somebody else follows up."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="followers", verbose_name="candidature"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne"
    )
    at = models.DateTimeField("depuis le")

    class Meta:
        verbose_name = "abonnement à une candidature"
        verbose_name_plural = "abonnements à une candidature"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="follower_once")
        ]

    def __str__(self) -> str:
        return f"abonnement {self.pk}"


class Admissibility(models.Model):
    """A verdict on admissibility. An inadmissible one takes effect when a second person confirms it."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="admissibilities", verbose_name="candidature"
    )
    verdict = models.CharField("avis", max_length=12, choices=Verdict.choices)
    rule_code = models.SlugField("règle en cause", max_length=20, blank=True)
    missing = models.CharField("pièce ou réponse manquante", max_length=60, blank=True)
    reason = models.TextField("motif donné au candidat", max_length=2000, blank=True)
    proposed_by = person("proposé par")
    proposed_at = models.DateTimeField("proposé le")
    confirmed_by = person("confirmé par")
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    declined_at = models.DateTimeField("écarté le", null=True, blank=True)
    declined_by = person("écarté par")

    class Meta:
        verbose_name = "avis de recevabilité"
        verbose_name_plural = "avis de recevabilité"
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="admissible")
                | Q(confirmed_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(confirmed_by=F("proposed_by")),
                name="admissibility_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(verdict="admissible") | ~Q(rule_code="") | ~Q(missing=""),
                name="admissibility_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.pk}"


class RegisterCheck(models.Model):
    """What a register said of a partner on a day (SIRET alive, label valid at closing, aid received…)."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="checks", verbose_name="candidature"
    )
    partner_id = models.BigIntegerField("partenaire", null=True, blank=True)
    code = models.SlugField("vérification", max_length=30)
    outcome = models.CharField("réponse", max_length=8, choices=Outcome.choices)
    evidence = models.JSONField("ce qui a été lu", default=dict, blank=True)
    source = models.CharField("registre", max_length=120, blank=True)
    source_on = models.DateField("à la date du", null=True, blank=True)
    at = models.DateTimeField("vérifié le")

    class Meta:
        verbose_name = "vérification"
        verbose_name_plural = "vérifications"
        ordering = ["application", "code", "-at"]

    def __str__(self) -> str:
        return f"{self.code} : {self.get_outcome_display()}"


class RoutingRule(models.Model):
    """Which instructor follows which files: the first rule that fits, by position. `condition` as in `lib/form.py`."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="routing", verbose_name="appel"
    )
    label = models.CharField("intitulé", max_length=120)
    condition = models.JSONField("condition", default=dict, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="confiées à"
    )
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "règle d'aiguillage"
        verbose_name_plural = "règles d'aiguillage"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class AidBatch(models.Model):
    """A file of past public aid that was read (SCDL, or the authority's own columns); `undone_at` takes it back."""

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="aid_batches", verbose_name="espace"
    )
    file_name = models.CharField("fichier", max_length=150)
    source = models.CharField("source", max_length=200)
    by = person("lu par")
    at = models.DateTimeField("lu le")
    report = models.JSONField("compte rendu", default=dict, blank=True)
    undone_at = models.DateTimeField("repris le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier d'aides"
        verbose_name_plural = "fichiers d'aides"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class AidRecord(models.Model):
    """A public aid that somebody received, as a file or a declaration says. `amount` is the beneficiary's share."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="aids", verbose_name="espace")
    batch = models.ForeignKey(
        AidBatch,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="records",
        verbose_name="fichier",
    )
    structure = models.ForeignKey(
        Structure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="aids",
        verbose_name="structure",
    )
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("RNA", max_length=10, blank=True)
    name = models.CharField("bénéficiaire", max_length=250)
    giver = models.CharField("attribuant", max_length=200)
    amount = euros("montant (€)")
    decided_on = models.DateField("date", null=True, blank=True)
    purpose = models.CharField("objet", max_length=300, blank=True)
    is_de_minimis = models.BooleanField("de minimis", default=False)
    line = models.PositiveIntegerField("ligne du fichier", null=True, blank=True)

    class Meta:
        verbose_name = "aide reçue"
        verbose_name_plural = "aides reçues"
        ordering = ["-decided_on", "-id"]
        indexes = [
            models.Index(fields=["space", "siren", "decided_on"], name="aid_history"),
            models.Index(fields=["space", "rna", "decided_on"], name="aid_history_rna"),
        ]

    def __str__(self) -> str:
        return f"{self.name} : {self.amount}"
