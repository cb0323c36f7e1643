"""What an edition asks: its forms, its rules of eligibility, its criteria."""

from django.db import models

from maillage.calls.enums import FactSource, RuleKind, Severity, Stage
from maillage.calls.models.editions import Edition
from maillage.calls.models.fields import person


class FormVersion(models.Model):
    """A form, whole in `definition` (shape and reading: `lib/form.py`).

    A frozen one never changes: a correction after publication is a new version, and drafts move to it
    without losing an answer. `edits` counts the changes of one being written: who saw an older count is told.
    `undo` is `{"definition", "what"}` before the last one.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="forms", verbose_name="appel")
    stage = models.CharField("pour", max_length=6, choices=Stage.choices, default=Stage.FULL)
    number = models.PositiveSmallIntegerField("version", default=1)
    definition = models.JSONField("définition", default=dict)
    note = models.CharField("ce qui change", max_length=300, blank=True)
    edits = models.PositiveIntegerField("modifications", default=0)
    undo = models.JSONField("avant la dernière modification", default=dict, blank=True)
    edited_by = person("modifié par")
    edited_at = models.DateTimeField("modifié le", null=True, blank=True)
    created_by = person("créé par")
    created_at = models.DateTimeField("créé le")
    frozen_at = models.DateTimeField("figé le", null=True, blank=True)

    class Meta:
        verbose_name = "formulaire"
        verbose_name_plural = "formulaires"
        ordering = ["edition", "stage", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "stage", "number"], name="form_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, version {self.number}"


class EligibilityRule(models.Model):
    """One atomic test that explains itself. `operator` and `value` depend on `kind` (`lib/eligibility.py`)."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="rules", verbose_name="appel")
    code = models.SlugField("code", max_length=20)
    label = models.CharField("intitulé", max_length=200)
    kind = models.CharField("porte sur", max_length=14, choices=RuleKind.choices)
    operator = models.CharField("comparaison", max_length=10, blank=True)
    value = models.JSONField("valeur", default=dict, blank=True)
    severity = models.CharField(
        "portée", max_length=10, choices=Severity.choices, default=Severity.BLOCKING
    )
    source = models.CharField(
        "d'après", max_length=8, choices=FactSource.choices, default=FactSource.DECLARED
    )
    explanation_ok = models.CharField("si oui", max_length=400, blank=True)
    explanation_ko = models.CharField("si non", max_length=400, blank=True)
    how_to_fix = models.CharField("que faire", max_length=400, blank=True)
    link = models.URLField("en savoir plus", max_length=300, blank=True)
    legal_ref = models.CharField("texte", max_length=200, blank=True)
    legal_ref_on = models.DateField("version du", null=True, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "règle d'éligibilité"
        verbose_name_plural = "règles d'éligibilité"
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="rule_code_once")]

    def __str__(self) -> str:
        return self.label


class RuleExample(models.Model):
    """A structure made up to try the rules: `facts` as of `lib/eligibility.Facts`, `expected` outcomes by code."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="examples", verbose_name="appel"
    )
    label = models.CharField("exemple", max_length=160)
    facts = models.JSONField("ce qu'on en sait", default=dict)
    expected = models.JSONField("réponses attendues", default=dict)

    class Meta:
        verbose_name = "exemple d'éligibilité"
        verbose_name_plural = "exemples d'éligibilité"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label


class Criterion(models.Model):
    """What jurors score, from 0 to `scale_max`; `anchors` say in words what each level means (one per level).

    Weights of an edition add up to 100 (independent ones, shown but not counted, left out). A score under
    `floor` puts the file aside whatever the rest.
    """

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="criteria", verbose_name="appel"
    )
    code = models.SlugField("code", max_length=30)
    label = models.CharField("critère", max_length=160)
    description = models.CharField("ce qu'on regarde", max_length=600, blank=True)
    weight = models.DecimalField("poids", max_digits=5, decimal_places=2, default=0)
    scale_max = models.PositiveSmallIntegerField("note maximale", default=4)
    anchors = models.JSONField("repères", default=list, blank=True)
    floor = models.PositiveSmallIntegerField(
        "note éliminatoire en dessous de", null=True, blank=True
    )
    is_independent = models.BooleanField("montré, non compté", default=False)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="criterion_code_once")
        ]

    def __str__(self) -> str:
        return self.label
