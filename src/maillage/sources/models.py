"""Imports and what they found: a run, its planned changes, its refused rows, its doubts."""

from django.conf import settings
from django.db import models

from maillage.spaces.models import Space
from maillage.structures.models import Structure


class ImportRun(models.Model):
    """One reading of one source for one space. It plans first; applying and undoing come after."""

    class Status(models.TextChoices):
        QUEUED = "queued", "en attente"
        READING = "reading", "lecture en cours"
        PLANNED = "planned", "essai à blanc terminé"
        APPLYING = "applying", "application en cours"
        APPLIED = "applied", "appliqué"
        UNDONE = "undone", "annulé"
        FAILED = "failed", "échoué"

    space = models.ForeignKey(
        Space, models.PROTECT, related_name="import_runs", verbose_name="espace"
    )
    connector = models.CharField("source", max_length=30)
    status = models.CharField("état", max_length=10, choices=Status.choices, default=Status.QUEUED)
    files = models.JSONField("fichiers", default=list)  # [{"name", "sha256", "size"}]
    options = models.JSONField("options", default=dict)
    source_date = models.DateField("date de la source", null=True, blank=True)
    counts = models.JSONField("résumé", default=dict)
    error = models.CharField("erreur", max_length=500, blank=True)
    progress = models.PositiveSmallIntegerField("avancement (%)", default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lancé par",
    )
    created_at = models.DateTimeField("lancé le")
    heartbeat_at = models.DateTimeField("dernier signe de vie", null=True, blank=True)
    planned_at = models.DateTimeField("lu le", null=True, blank=True)
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        ordering = ["-id"]
        indexes = [models.Index(fields=["space", "-id"], name="importrun_list_of_space")]

    def __str__(self) -> str:
        return f"{self.connector} n° {self.pk}"


class ImportChange(models.Model):
    """What a run would do (then did) to one structure.

    `operations` come from `sources.actions.diff`; `sources.actions.execute` carries them out in either
    direction. `notes` say what was not written: suggestions filed and values kept, with the reason.
    """

    class Kind(models.TextChoices):
        CREATE = "create", "nouvelle structure"
        UPDATE = "update", "mise à jour"
        SUGGEST = "suggest", "suggestion seulement"
        UNCHANGED = "unchanged", "sans changement"

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="changes", verbose_name="import"
    )
    kind = models.CharField("nature", max_length=10, choices=Kind.choices)
    structure = models.ForeignKey(
        Structure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="structure",
    )
    title = models.CharField("nom", max_length=250)
    operations = models.JSONField("opérations", default=list)
    notes = models.JSONField("valeurs non écrites", default=list)

    class Meta:
        verbose_name = "changement d'un import"
        verbose_name_plural = "changements des imports"
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "kind", "id"], name="importchange_report")]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class ImportIssue(models.Model):
    """A row of the source that was refused, or accepted with a warning, and why."""

    class Severity(models.TextChoices):
        REFUSED = "refused", "refusée"
        WARNING = "warning", "acceptée avec réserve"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues", verbose_name="import")
    severity = models.CharField("gravité", max_length=8, choices=Severity.choices)
    line = models.PositiveIntegerField("ligne", null=True, blank=True)
    code = models.SlugField("motif", max_length=40)
    message = models.CharField("explication", max_length=400)
    excerpt = models.CharField("extrait", max_length=400, blank=True)

    class Meta:
        verbose_name = "ligne refusée ou douteuse"
        verbose_name_plural = "lignes refusées ou douteuses"
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["run", "severity", "id"], name="importissue_report")]

    def __str__(self) -> str:
        return self.message


class Suggestion(models.Model):
    """A value that an import would have written over one that a person confirmed."""

    class Status(models.TextChoices):
        PENDING = "pending", "à examiner"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="suggestions", verbose_name="import"
    )
    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="suggestions", verbose_name="structure"
    )
    field = models.CharField("champ", max_length=60)
    current = models.JSONField("valeur actuelle", null=True)
    proposed = models.JSONField("valeur proposée", null=True)
    source = models.CharField("source", max_length=60)
    status = models.CharField("état", max_length=8, choices=Status.choices, default=Status.PENDING)
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
        verbose_name = "suggestion d'un import"
        verbose_name_plural = "suggestions des imports"
        ordering = ["id"]
        indexes = [models.Index(fields=["structure", "status"], name="suggestion_of_structure")]

    def __str__(self) -> str:
        return f"{self.field} : {self.proposed}"


class Match(models.Model):
    """A doubt: is this incoming record that structure? Asked once for a given pair."""

    class Decision(models.TextChoices):
        PENDING = "pending", "à décider"
        SAME = "same", "la même"
        DIFFERENT = "different", "différentes"
        LATER = "later", "plus tard"

    fingerprint = models.CharField("empreinte de la paire", max_length=64, unique=True)
    space = models.ForeignKey(Space, models.CASCADE, related_name="matches", verbose_name="espace")
    run = models.ForeignKey(
        ImportRun,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="matches",
        verbose_name="import",
    )
    structure = models.ForeignKey(
        Structure, models.CASCADE, related_name="matches", verbose_name="structure connue"
    )
    created_structure = models.ForeignKey(
        Structure,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="structure créée",
    )
    record = models.JSONField("fiche reçue")
    score = models.FloatField("ressemblance")
    reasons = models.JSONField("raisons", default=list)
    decision = models.CharField(
        "décision", max_length=9, choices=Decision.choices, default=Decision.PENDING
    )
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
        verbose_name = "doublon possible"
        verbose_name_plural = "doublons possibles"
        ordering = ["-score", "id"]
        indexes = [
            models.Index(fields=["space", "decision", "-score"], name="match_queue_of_space")
        ]

    def __str__(self) -> str:
        return f"{self.structure} ? {self.score:.2f}"


class ColumnMapping(models.Model):
    """How the columns of a kept file were read, to be proposed again for the same header."""

    space = models.ForeignKey(
        Space, models.CASCADE, related_name="column_mappings", verbose_name="espace"
    )
    header_key = models.CharField("empreinte de l'en-tête", max_length=64)
    name = models.CharField("nom", max_length=120)
    mapping = models.JSONField("correspondances", default=dict)
    updated_at = models.DateTimeField("mise à jour", auto_now=True)

    class Meta:
        verbose_name = "correspondance de colonnes"
        verbose_name_plural = "correspondances de colonnes"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "header_key"], name="columnmapping_space_header"
            )
        ]

    def __str__(self) -> str:
        return self.name
