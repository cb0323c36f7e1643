"""What was granted, and its life until the file is archived."""

from django.db import models
from django.db.models import F, Q

from maillage.calls.enums import (
    AwardNature,
    AwardStatus,
    InstalmentKind,
    InstalmentStatus,
    PaperKind,
    RecoveryStatus,
    ReportStatus,
    StateAid,
)
from maillage.calls.models.applications import Application, Partner
from maillage.calls.models.editions import Edition, Envelope
from maillage.calls.models.fields import euros, money, person
from maillage.calls.models.rules import FormVersion
from maillage.core.uploads.models import Upload
from maillage.spaces.models import Space
from maillage.structures.models import Structure


class Award(models.Model):
    """Money, or help in kind, given to one legal person for one file.

    A consortium has one per partner funded, or one for the lead that redistributes.

    It exists as soon as the jury proposes (PROPOSED, hidden). `reserved` is what weighs on the envelope:
    `amount`; once it is settled, lapsed or revoked, what was paid and not given back; 0 when nothing was. Triggers add it to `Envelope.reserved`, whose constraint is the guard.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="awards", verbose_name="candidature"
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        verbose_name="partenaire",
    )
    structure = models.ForeignKey(
        Structure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        verbose_name="bénéficiaire",
    )
    envelope = models.ForeignKey(
        Envelope, models.PROTECT, related_name="awards", verbose_name="enveloppe"
    )
    beneficiary = models.CharField("nom du bénéficiaire", max_length=250)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("RNA", max_length=10, blank=True)
    purpose = models.CharField("objet", max_length=256)
    status = models.CharField(
        "état", max_length=10, choices=AwardStatus.choices, default=AwardStatus.PROPOSED
    )
    requested = money("montant demandé (€)")
    amount = euros("montant attribué (€)")
    reserved = euros("pèse sur l'enveloppe (€)")
    share = models.DecimalField("part (0 à 1)", max_digits=5, decimal_places=4, default=1)
    nature = models.CharField(
        "nature", max_length=7, choices=AwardNature.choices, default=AwardNature.CASH
    )
    in_kind_value = euros("valeur de l'aide en nature (€)")
    in_kind = models.CharField("aide en nature", max_length=300, blank=True)
    conditions = models.TextField("conditions", max_length=2000, blank=True)
    state_aid = models.CharField(
        "régime d'aide d'État", max_length=10, choices=StateAid.choices, blank=True
    )
    decision_ref = models.CharField("délibération", max_length=120, blank=True)
    decision_on = models.DateField("prise le", null=True, blank=True)
    granted_at = models.DateTimeField("attribuée le", null=True, blank=True)
    notified_at = models.DateTimeField("notifiée le", null=True, blank=True)
    year_ends_on = models.DateField("fin de l'exercice du bénéficiaire", null=True, blank=True)
    released_at = models.DateTimeField("rendue à l'enveloppe le", null=True, blank=True)
    released_reason = models.CharField("motif", max_length=500, blank=True)
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "subvention"
        verbose_name_plural = "subventions"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["structure", "status"], name="award_of_structure"),
            models.Index(fields=["envelope", "status"], name="award_of_envelope"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "partner"],
                condition=Q(partner__isnull=False, reserved__gt=0),
                name="award_once_a_partner",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("amount")),
                name="award_reserved_within",
            ),
            models.CheckConstraint(
                condition=Q(requested__isnull=True) | Q(amount__lte=F("requested")),
                name="award_never_above_request",
            ),
            models.CheckConstraint(
                condition=~Q(status="renounced") | Q(reserved=0),
                name="award_renounced_weighs_nothing",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "lapsed", "renounced", "revoked"])
                | (Q(granted_at__isnull=False) & ~Q(decision_ref="")),
                name="award_granted_by_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"subvention {self.pk}"


class PaperTemplate(models.Model):
    """Words of a letter or an agreement, with `{{ fields }}` (`lib/merge.py` lists them). The authority edits them."""

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="paper_templates", verbose_name="espace"
    )
    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="paper_templates",
        verbose_name="appel",
    )
    kind = models.CharField("document", max_length=12, choices=PaperKind.choices)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte", max_length=20_000)
    signatory = models.CharField("signataire", max_length=160, blank=True)
    signatory_title = models.CharField("qualité du signataire", max_length=200, blank=True)
    version = models.PositiveIntegerField("version", default=0)
    edited_by = person("modifié par")
    edited_at = models.DateTimeField("modifié le", null=True, blank=True)

    class Meta:
        verbose_name = "modèle de document"
        verbose_name_plural = "modèles de documents"
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "edition", "kind"],
                nulls_distinct=False,
                name="paper_template_once",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Paper(models.Model):
    """A document made for one file: what was merged, and the PDF. One that is replaced keeps its row.

    `key` says what it answers to (`notification-12`): making the batch again makes nothing twice.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="papers", verbose_name="candidature"
    )
    award = models.ForeignKey(
        Award,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name="subvention",
    )
    kind = models.CharField("document", max_length=12, choices=PaperKind.choices)
    key = models.CharField("clé", max_length=80, unique=True)
    merged = models.JSONField("valeurs", default=dict)
    upload = models.ForeignKey(
        Upload, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PDF"
    )
    made_at = models.DateTimeField("fait le")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    replaced_at = models.DateTimeField("remplacé le", null=True, blank=True)

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.key


class Agreement(models.Model):
    """The contract of an award: asked for by law above 23 000 € a year (loi 2000-321 art. 10), useful below."""

    award = models.OneToOneField(
        Award, models.PROTECT, related_name="agreement", verbose_name="subvention"
    )
    number = models.CharField("numéro", max_length=40)
    paper = models.ForeignKey(
        Paper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="document"
    )
    is_annual = models.BooleanField("annuelle", default=True)
    years = models.PositiveSmallIntegerField("années", default=1)
    surplus_kept = models.BooleanField("excédent gardé sous conditions", default=False)
    redistribution = models.TextField("reversement aux partenaires", max_length=2000, blank=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    signed_by_beneficiary_on = models.DateField(
        "signée par le bénéficiaire le", null=True, blank=True
    )
    signed_by_authority_on = models.DateField(
        "signée par la collectivité le", null=True, blank=True
    )
    signed_copy = models.ForeignKey(
        Upload,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="exemplaire signé",
    )

    class Meta:
        verbose_name = "convention"
        verbose_name_plural = "conventions"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class Instalment(models.Model):
    """A payment. `due_on` is the legal or agreed limit (60 days: loi 2021-875 art. 2), counted from what made it payable."""

    award = models.ForeignKey(
        Award, models.PROTECT, related_name="instalments", verbose_name="subvention"
    )
    rank = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("sorte", max_length=7, choices=InstalmentKind.choices)
    amount = euros("montant (€)")
    condition = models.CharField("condition", max_length=300, blank=True)
    status = models.CharField(
        "état", max_length=9, choices=InstalmentStatus.choices, default=InstalmentStatus.PLANNED
    )
    planned_on = models.DateField("prévu le", null=True, blank=True)
    payable_at = models.DateTimeField("payable depuis le", null=True, blank=True)
    due_on = models.DateField("à payer avant le", null=True, blank=True)
    exported_at = models.DateTimeField("transmis aux finances le", null=True, blank=True)
    paid_on = models.DateField("payé le", null=True, blank=True)
    voucher = models.CharField("mandat", max_length=60, blank=True)
    note = models.CharField("remarque", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "versement"
        verbose_name_plural = "versements"
        ordering = ["award", "rank"]
        indexes = [models.Index(fields=["status", "due_on"], name="instalment_to_pay")]
        constraints = [
            models.UniqueConstraint(fields=["award", "rank"], name="instalment_rank_once"),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_on__isnull=False),
                name="instalment_paid_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"versement {self.rank}"


class AwardReport(models.Model):
    """What the beneficiary tells of the use of the money, shaped as Cerfa 15059: account, figures, annexes.

    `answers` by code of the form of stage REPORT; `figures` `[{"side", "account", "label", "planned", "actual"}]`;
    `indicators` `[{"label", "unit", "target", "actual", "comment"}]`.
    """

    award = models.ForeignKey(
        Award, models.PROTECT, related_name="reports", verbose_name="subvention"
    )
    form = models.ForeignKey(
        FormVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="formulaire",
    )
    due_on = models.DateField("à rendre le")
    status = models.CharField(
        "état", max_length=9, choices=ReportStatus.choices, default=ReportStatus.EXPECTED
    )
    answers = models.JSONField("réponses", default=dict, blank=True)
    figures = models.JSONField("tableau de financement", default=list, blank=True)
    indicators = models.JSONField("indicateurs", default=list, blank=True)
    files = models.ManyToManyField(Upload, related_name="+", blank=True, verbose_name="pièces")
    reminded = models.JSONField("rappels envoyés", default=list, blank=True)
    submitted_at = models.DateTimeField("rendu le", null=True, blank=True)
    submitted_by = person("rendu par")
    decided_at = models.DateTimeField("examiné le", null=True, blank=True)
    decided_by = person("examiné par")
    decision_text = models.TextField("réponse", max_length=2000, blank=True)
    spent = money("dépense constatée (€)")
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "bilan"
        verbose_name_plural = "bilans"
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["status", "due_on"], name="report_overdue")]

    def __str__(self) -> str:
        return f"bilan {self.pk}"


class Recovery(models.Model):
    """Money asked back: not spent, or not as agreed."""

    award = models.ForeignKey(
        Award, models.PROTECT, related_name="recoveries", verbose_name="subvention"
    )
    amount = euros("montant (€)")
    reason = models.TextField("motif", max_length=2000)
    status = models.CharField(
        "état", max_length=8, choices=RecoveryStatus.choices, default=RecoveryStatus.ASKED
    )
    asked_on = models.DateField("demandé le")
    asked_by = person("demandé par")
    due_on = models.DateField("à rendre avant le")
    received_on = models.DateField("reversé le", null=True, blank=True)

    class Meta:
        verbose_name = "reversement"
        verbose_name_plural = "reversements"
        ordering = ["-asked_on", "-id"]

    def __str__(self) -> str:
        return f"reversement {self.pk}"


class PublishedGrant(models.Model):
    """A row of open data as it was published (SCDL 2.1.1): frozen, replaced by a new one when it changes."""

    award = models.ForeignKey(
        Award, models.PROTECT, related_name="published", verbose_name="subvention"
    )
    row = models.JSONField("ligne")
    published_at = models.DateTimeField("publiée le")
    withdrawn_at = models.DateTimeField("remplacée le", null=True, blank=True)

    class Meta:
        verbose_name = "subvention publiée"
        verbose_name_plural = "subventions publiées"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(withdrawn_at__isnull=True), name="published_once"
            )
        ]

    def __str__(self) -> str:
        return f"subvention publiée {self.pk}"
