"""Programmes, envelopes and the yearly editions of a call."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from maillage.calls.enums import CallKind, EditionStatus, EventKind, StateAid, TeamKind
from maillage.calls.models.fields import euros, money, person
from maillage.spaces.models import Space


class Programme(models.Model):
    """A call that comes back, under one name (Progr'ESS): what is said once for all its editions."""

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="programmes", verbose_name="espace"
    )
    slug = models.SlugField("adresse", max_length=60)
    name = models.CharField("nom", max_length=120)
    summary = models.CharField("en une phrase", max_length=300, blank=True)
    service = models.CharField("service qui le porte", max_length=160, blank=True)
    contact_email = models.EmailField("adresse de contact", blank=True)
    is_active = models.BooleanField("proposé", default=True)
    created_by = person("créé par")
    created_at = models.DateTimeField("créé le")

    class Meta:
        verbose_name = "programme"
        verbose_name_plural = "programmes"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["space", "slug"], name="programme_slug_once")
        ]

    def __str__(self) -> str:
        return self.name


class Envelope(models.Model):
    """Money voted for a year.

    `reserved` is the sum of `Award.reserved`: triggers of the database keep it, no code writes it, and the
    constraint refuses a cent too much whatever wrote the award.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="envelopes", verbose_name="espace"
    )
    year = models.PositiveSmallIntegerField("exercice")
    label = models.CharField("intitulé", max_length=160)
    amount = euros("montant voté (€)")
    reserved = euros("attribué ou proposé (€)")
    budget_line = models.CharField("imputation budgétaire", max_length=80, blank=True)
    voted_ref = models.CharField("délibération", max_length=120, blank=True)
    voted_on = models.DateField("votée le", null=True, blank=True)

    class Meta:
        verbose_name = "enveloppe"
        verbose_name_plural = "enveloppes"
        ordering = ["-year", "label"]
        constraints = [
            models.CheckConstraint(condition=Q(reserved__gte=0), name="envelope_reserved_positive"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("amount")), name="envelope_never_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.year})"


class Edition(models.Model):
    """One year of a programme, whole as data: nothing of a call is code.

    `closes_at` is an instant: a deposit counts when the server received it before `closes_at` plus
    `grace_minutes`. `full_closes_at` closes the second stage of a call in two stages. JSON columns: `themes`
    `[{"code", "label"}]`; `benefits` `["accompagnement…"]`; `key_dates` and `meetings` `[{"on": ISO date or
    instant, "label"}]`; `nature` `{"initiated": bool, "defined": bool, "service": bool}` (the three
    questions that tell a grant from a purchase, loi 2000-321 art. 9-1); `instalments`
    `[{"kind", "percent", "condition"}]` whose percents add up to 100; `minima` `[{"axis": "zone"|"typology"|"theme",
    "value", "count"}]`; `rules` of reading: `{"score": "mean"|"median", "official": "raw"|"adjusted",
    "floor": 0–100, "gap": points, "partial": percent}`. `last_number` numbers the deposits.
    """

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="call_editions", verbose_name="espace"
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="editions", verbose_name="programme"
    )
    cloned_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="clones",
        verbose_name="reprise de",
    )
    slug = models.SlugField("adresse", max_length=80)
    prefix = models.CharField("préfixe des numéros", max_length=12, default="AAP")
    title = models.CharField("titre", max_length=160)
    year = models.PositiveSmallIntegerField("année")
    kind = models.CharField(
        "nature", max_length=10, choices=CallKind.choices, default=CallKind.GRANT
    )
    status = models.CharField(
        "étape", max_length=11, choices=EditionStatus.choices, default=EditionStatus.DRAFT
    )
    summary = models.CharField("en une phrase", max_length=300, blank=True)
    description = models.TextField("présentation", max_length=10_000, blank=True)
    themes = models.JSONField("thèmes", default=list, blank=True)
    eligible_costs = models.TextField("dépenses retenues", max_length=4000, blank=True)
    benefits = models.JSONField("autres apports", default=list, blank=True)
    contact_email = models.EmailField("adresse de contact", blank=True)

    envelope = models.ForeignKey(
        Envelope,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="editions",
        verbose_name="enveloppe",
    )
    amount_min = money("montant minimal par projet (€)")
    amount_max = money("montant maximal par projet (€)")
    max_rate = models.DecimalField(
        "part maximale du coût (%)", max_digits=5, decimal_places=2, null=True, blank=True
    )
    min_own_funds = models.DecimalField(
        "part minimale de fonds propres (%)", max_digits=5, decimal_places=2, null=True, blank=True
    )
    awards_min = models.PositiveSmallIntegerField(
        "nombre minimal de lauréats", null=True, blank=True
    )
    awards_max = models.PositiveSmallIntegerField(
        "nombre maximal de lauréats", null=True, blank=True
    )
    one_award_each = models.BooleanField("une seule aide par structure", default=True)
    instalments = models.JSONField("versements", default=list, blank=True)
    convention_from = euros("convention obligatoire au-delà de (€)")
    payment_days = models.PositiveSmallIntegerField("délai de paiement (jours)", default=60)
    report_months = models.PositiveSmallIntegerField(
        "bilan attendu après la fin de l'exercice (mois)", default=6
    )
    de_minimis_ceiling = money("plafond de minimis sur trois ans (€)")

    forecast_on = models.DateField("ouverture annoncée", null=True, blank=True)
    opens_at = models.DateTimeField("ouvre le", null=True, blank=True)
    closes_at = models.DateTimeField("ferme le", null=True, blank=True)
    full_closes_at = models.DateTimeField("dossiers complets jusqu'au", null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField("tolérance (minutes)", default=0)
    two_stages = models.BooleanField("en deux temps (pré-candidature, puis dossier)", default=False)
    key_dates = models.JSONField("dates à retenir", default=list, blank=True)
    meetings = models.JSONField("réunions d'information", default=list, blank=True)

    nature = models.JSONField("nature de l'acte", default=dict, blank=True)
    legal_basis = models.TextField("fondement de l'intervention", max_length=2000, blank=True)
    legal_ref = models.CharField("texte de référence", max_length=300, blank=True)
    state_aid = models.CharField(
        "régime d'aide d'État", max_length=10, choices=StateAid.choices, blank=True
    )
    deliberation_ref = models.CharField("délibération qui l'ouvre", max_length=120, blank=True)
    deliberation_on = models.DateField("prise le", null=True, blank=True)
    decision_ref = models.CharField("délibération qui attribue", max_length=120, blank=True)
    decision_on = models.DateField("prise le (attribution)", null=True, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    notified_at = models.DateTimeField("notifié le", null=True, blank=True)

    is_sealed = models.BooleanField("plis fermés jusqu'à la clôture", default=False)
    unsealed_at = models.DateTimeField("plis ouverts le", null=True, blank=True)
    unsealed_by = person("plis ouverts par")
    is_blind = models.BooleanField("lecture sans les noms", default=False)
    reviews_wanted = models.PositiveSmallIntegerField("lectures par dossier", default=2)
    quorum = models.PositiveSmallIntegerField("quorum du jury (personnes)", default=1)
    reading = models.JSONField("règles de lecture", default=dict, blank=True)
    minima = models.JSONField("minima réservés", default=list, blank=True)
    blocks_overdue = models.BooleanField("un bilan en retard empêche le dépôt", default=True)
    closing_message = models.TextField("message après la clôture", max_length=1000, blank=True)

    last_number = models.PositiveIntegerField("dernier numéro de dépôt", default=0)
    version = models.PositiveIntegerField("version", default=0)
    created_by = person("créé par")
    created_at = models.DateTimeField("créé le")
    published_at = models.DateTimeField("publié le", null=True, blank=True)
    published_by = person("publié par")

    class Meta:
        verbose_name = "appel à projets"
        verbose_name_plural = "appels à projets"
        ordering = ["-year", "-id"]
        indexes = [
            models.Index(fields=["space", "status", "closes_at"], name="edition_calendar"),
            models.Index(fields=["status", "opens_at"], name="edition_to_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["space", "slug"], name="edition_slug_once"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(opens_at__lt=F("closes_at")),
                name="edition_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "checking", "cancelled"])
                | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="edition_dated_once_published",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("calls:detail", args=[self.space.slug, self.slug])


class EditionEvent(models.Model):
    """What changed after publication, for everyone to read: never edited, never deleted."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="events", verbose_name="appel"
    )
    kind = models.CharField("sorte", max_length=12, choices=EventKind.choices)
    text = models.TextField("ce qui change", max_length=2000)
    before = models.DateTimeField("fermeture avant", null=True, blank=True)
    after = models.DateTimeField("fermeture après", null=True, blank=True)
    by = person("par")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "avis modificatif"
        verbose_name_plural = "avis modificatifs"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="extension") | Q(before__lt=F("after")),
                name="extension_only_longer",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class TeamMember(models.Model):
    """What a person is for one edition, beside their role in the space."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="team", verbose_name="appel")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne"
    )
    kind = models.CharField("rôle", max_length=10, choices=TeamKind.choices)

    class Meta:
        verbose_name = "membre de l'équipe d'un appel"
        verbose_name_plural = "membres de l'équipe d'un appel"
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "user", "kind"], name="team_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} : {self.get_kind_display()}"
