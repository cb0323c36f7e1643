"""What a structure, or several, send to an edition."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.calls.enums import (
    ApplicationStatus,
    Outcome,
    PartnerRole,
    Stage,
    WriterKind,
)
from maillage.calls.models.editions import Edition
from maillage.calls.models.fields import money, person
from maillage.calls.models.rules import FormVersion
from maillage.calls.querysets import ApplicationQuerySet
from maillage.core.uploads.models import Upload
from maillage.structures.models import Structure


class Application(models.Model):
    """A file, from draft to outcome.

    `str()` is its number: names are shown by `queries/naming.py` only, which knows who is looking.

    Answers are in `Answer`; columns from `title` to `audiences` are copies of the answers that lists, rules
    and exports ask for, rewritten by each save. `number` and `reference` (`PROG26-0042`) come with the
    first deposit. `pseudonym` is what a blind reader sees: stable, unique in the edition, and in an order
    that tells nothing of the deposits'.
    """

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="applications", verbose_name="appel"
    )
    form = models.ForeignKey(
        FormVersion, models.PROTECT, related_name="applications", verbose_name="formulaire"
    )
    stage = models.CharField("temps", max_length=6, choices=Stage.choices, default=Stage.FULL)
    status = models.CharField(
        "état", max_length=12, choices=ApplicationStatus.choices, default=ApplicationStatus.DRAFT
    )
    number = models.PositiveIntegerField("rang de dépôt", null=True, blank=True)
    reference = models.CharField("numéro", max_length=30, blank=True)
    pseudonym = models.CharField("pseudonyme", max_length=40)
    lead_name = models.CharField("chef de file", max_length=250, blank=True)

    title = models.CharField("titre", max_length=200, blank=True)
    summary = models.TextField("résumé public", max_length=1500, blank=True)
    theme = models.CharField("thème", max_length=40, blank=True)
    requested = money("montant demandé (€)")
    total_cost = money("coût total (€)")
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    places = models.JSONField("communes de l'action (codes INSEE)", default=list, blank=True)
    typology = models.CharField("typologie déclarée", max_length=16, blank=True)
    audiences = models.JSONField("publics", default=list, blank=True)

    first_deposited_at = models.DateTimeField("premier dépôt", null=True, blank=True)
    deposited_at = models.DateTimeField("déposée le", null=True, blank=True)
    deposits = models.PositiveSmallIntegerField("dépôts", default=0)
    implicit_rejection_on = models.DateField("rejet implicite le", null=True, blank=True)
    assigned_to = person("suivie par")
    hearing_at = models.DateTimeField("audition", null=True, blank=True)
    waiting_rank = models.PositiveSmallIntegerField("rang d'attente", null=True, blank=True)
    outcome_reasons = models.TextField("motifs donnés au candidat", max_length=4000, blank=True)
    ended_reason = models.CharField("motif du retrait ou du classement", max_length=500, blank=True)
    review_waiver = models.CharField("dispense de lectures", max_length=500, blank=True)
    seconds_spent = models.PositiveIntegerField("temps passé à écrire (secondes)", default=0)
    reminded = models.JSONField("rappels envoyés", default=list, blank=True)

    created_by = person("commencée par")
    created_at = models.DateTimeField("commencée le")
    updated_at = models.DateTimeField("modifiée le")
    version = models.PositiveIntegerField("version", default=0)
    anonymised_at = models.DateTimeField("anonymisée le", null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "candidature"
        verbose_name_plural = "candidatures"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["edition", "status", "number"], name="application_inbox"),
            models.Index(fields=["assigned_to", "status"], name="application_of_instructor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"],
                condition=Q(number__isnull=False),
                name="application_number_once",
            ),
            models.UniqueConstraint(
                fields=["edition", "pseudonym"], name="application_pseudonym_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn", "dropped"])
                | Q(number__isnull=False, deposited_at__isnull=False, deposits__gte=1),
                name="application_deposited_is_numbered",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting") | Q(waiting_rank__isnull=True),
                name="application_rank_only_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"Brouillon {self.pk}"


class Partner(models.Model):
    """A legal person of a file: the lead, and those who do it with them. Each engages by itself (`engaged_at`).

    `structure` is empty when the directory does not know it yet: `name` and `siret` then say who it is.
    `redistributes` on the lead: it may pass the money on, as the agreement must then say (CGCT L1611-4).
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="partners", verbose_name="candidature"
    )
    structure = models.ForeignKey(
        Structure, models.PROTECT, null=True, blank=True, related_name="call_partners",
        verbose_name="structure",
    )  # fmt: skip
    role = models.CharField("rôle", max_length=8, choices=PartnerRole.choices)
    name = models.CharField("nom", max_length=250)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("RNA", max_length=10, blank=True)
    legal_category = models.CharField("catégorie juridique", max_length=4, blank=True)
    share = models.DecimalField("part (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    amount = money("montant (€)")
    tasks = models.CharField("ce qu'il fait", max_length=600, blank=True)
    contact_name = models.CharField("contact", max_length=120, blank=True)
    contact_email = models.EmailField("adresse e-mail du contact", blank=True)
    representative = models.CharField("représentant légal", max_length=160, blank=True)
    redistributes = models.BooleanField("reverse aux partenaires", default=False)
    key_hash = models.CharField("empreinte de la clé d'invitation", max_length=64, blank=True)
    key_expires_at = models.DateTimeField("invitation valable jusqu'au", null=True, blank=True)
    invited_at = models.DateTimeField("invité le", null=True, blank=True)
    engaged_at = models.DateTimeField("engagé le", null=True, blank=True)
    engaged_by = person("engagé par")
    engaged_as = models.CharField("qualité du signataire", max_length=160, blank=True)
    commitment_at = models.DateTimeField(
        "contrat d'engagement républicain accepté le", null=True, blank=True
    )
    commitment_text = models.CharField("texte du contrat accepté", max_length=240, blank=True)
    refused_at = models.DateTimeField("refus le", null=True, blank=True)
    refusal = models.CharField("mot du refus", max_length=500, blank=True)
    access = models.CharField(
        "ses personnes peuvent",
        max_length=6,
        choices=WriterKind.choices,
        default=WriterKind.READER,
    )
    reminded_at = models.DateTimeField("relancé le", null=True, blank=True)
    mandate = models.ForeignKey(
        Upload, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="pouvoir ou mandat",
    )  # fmt: skip
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "partenaire d'une candidature"
        verbose_name_plural = "partenaires d'une candidature"
        ordering = ["id"]
        indexes = [models.Index(fields=["key_hash"], name="partner_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(role="lead"), name="partner_one_lead"
            ),
            models.UniqueConstraint(
                fields=["application", "structure"],
                condition=Q(structure__isnull=False),
                name="partner_structure_once",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=100),
                name="partner_share_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.pk}"


class Writer(models.Model):
    """A person who may open a draft: whoever began it, colleagues, and people of the partners.

    Invited by e-mail: `user` is empty until the key is used. One that ended keeps its row. `section` and `seen_at`
    say where the person writes now.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="writers", verbose_name="candidature"
    )
    partner = models.ForeignKey(
        Partner,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="writers",
        verbose_name="pour le partenaire",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name="personne",
    )  # fmt: skip
    email = models.EmailField("adresse invitée", blank=True)
    kind = models.CharField(
        "peut", max_length=6, choices=WriterKind.choices, default=WriterKind.EDITOR
    )
    key_hash = models.CharField("empreinte de la clé", max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField("valable jusqu'au", null=True, blank=True)
    invited_by = person("invitée par")
    invited_at = models.DateTimeField("invitée le")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    ended_at = models.DateTimeField("retirée le", null=True, blank=True)
    section = models.CharField("page où elle écrit", max_length=60, blank=True)
    seen_at = models.DateTimeField("vue le", null=True, blank=True)

    class Meta:
        verbose_name = "rédacteur d'une candidature"
        verbose_name_plural = "rédacteurs d'une candidature"
        ordering = ["id"]
        indexes = [models.Index(fields=["user", "ended_at"], name="writer_files_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                condition=Q(user__isnull=False, ended_at__isnull=True),
                name="writer_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Answer(models.Model):
    """The value of one field of the form.

    `version` grows at each save: a writer who saw an older one is told, and both texts are shown to them;
    nothing is overwritten in silence.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="answers", verbose_name="candidature"
    )
    stage = models.CharField("temps", max_length=6, choices=Stage.choices, default=Stage.FULL)
    code = models.CharField("champ", max_length=60)
    value = models.JSONField("valeur")
    version = models.PositiveIntegerField("version", default=1)
    by = person("écrite par")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "réponse"
        verbose_name_plural = "réponses"
        constraints = [
            models.UniqueConstraint(fields=["application", "stage", "code"], name="answer_once")
        ]

    def __str__(self) -> str:
        return self.code


class AnswerPast(models.Model):
    """A value that was replaced; a writer may take it back, until the file is decided."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="past", verbose_name="réponse")
    value = models.JSONField("valeur")
    version = models.PositiveIntegerField("version")
    by = person("écrite par")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "réponse remplacée"
        verbose_name_plural = "réponses remplacées"
        ordering = ["-version", "-id"]

    def __str__(self) -> str:
        return f"version {self.version}"


class KeptFile(models.Model):
    """« Dites-le-nous une fois »: a document of a structure, ready for the next file (`kind`: `statutes`, `iban`…)."""

    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="kept_files", verbose_name="structure"
    )
    kind = models.CharField("pièce", max_length=40)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+", verbose_name="fichier")
    valid_until = models.DateField("valable jusqu'au", null=True, blank=True)
    by = person("déposée par")
    at = models.DateTimeField("le")
    replaced_at = models.DateTimeField("remplacée le", null=True, blank=True)

    class Meta:
        verbose_name = "pièce gardée"
        verbose_name_plural = "pièces gardées"
        ordering = ["kind", "-id"]

    def __str__(self) -> str:
        return self.kind


class Attachment(models.Model):
    """A file given in answer to the field `code` (never an address known to others: served by the room)."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="attachments", verbose_name="candidature"
    )
    stage = models.CharField("temps", max_length=6, choices=Stage.choices, default=Stage.FULL)
    code = models.CharField("champ", max_length=60)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+", verbose_name="fichier")
    kept = models.ForeignKey(
        KeptFile, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="reprise de",
    )  # fmt: skip
    by = person("déposée par")
    at = models.DateTimeField("le")
    removed_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["code", "id"]

    def __str__(self) -> str:
        return self.code


class Deposit(models.Model):
    """A deposit, frozen: `content` is `{"answers", "partners", "files"}` as they were (`lib/frozen.py`).

    `until` is the limit that applied (closing plus grace, or the answer to a correction). The constraint is the
    last guard of the deadline.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="deposit_rows", verbose_name="candidature"
    )
    form = models.ForeignKey(
        FormVersion, models.PROTECT, related_name="+", verbose_name="formulaire"
    )
    stage = models.CharField("temps", max_length=6, choices=Stage.choices)
    rank = models.PositiveSmallIntegerField("version")
    at = models.DateTimeField("reçu le")
    until = models.DateTimeField("reçu avant le")
    by = person("déposé par")
    signed_as = models.CharField("qualité du signataire", max_length=160, blank=True)
    content = models.JSONField("contenu")
    token = models.CharField("empreinte du formulaire", max_length=64, blank=True)

    class Meta:
        verbose_name = "dépôt"
        verbose_name_plural = "dépôts"
        ordering = ["application", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["application", "rank"], name="deposit_rank_once"),
            models.UniqueConstraint(
                fields=["application", "token"], condition=~Q(token=""), name="deposit_token_once"
            ),
            models.CheckConstraint(condition=Q(at__lt=F("until")), name="deposit_in_time"),
        ]

    def __str__(self) -> str:
        return f"version {self.rank}"


class EligibilityResult(models.Model):
    """What a rule said of a file, with what and when; an agent may overrule it with a reason."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="results", verbose_name="candidature"
    )
    code = models.SlugField("règle", max_length=20)
    outcome = models.CharField("réponse", max_length=8, choices=Outcome.choices)
    evidence = models.JSONField("d'après", default=dict, blank=True)
    at = models.DateTimeField("évaluée le")
    overruled = models.CharField(
        "réponse de l'agent", max_length=8, choices=Outcome.choices, blank=True
    )
    overruled_by = person("changée par")
    overruled_at = models.DateTimeField("changée le", null=True, blank=True)
    overruled_reason = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        verbose_name = "réponse à une règle"
        verbose_name_plural = "réponses aux règles"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="result_once")]

    def __str__(self) -> str:
        return f"{self.code} : {self.get_outcome_display()}"
