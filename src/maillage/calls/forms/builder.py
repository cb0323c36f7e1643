"""Settings of a section and of a question, as the builder asks them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from maillage.calls.forms.conditions import ConditionMixin
from maillage.calls.lib.answer_values import SIMPLE
from maillage.calls.lib.form import FieldType
from maillage.calls.lib.form_check import EXTENSIONS, LONGEST, MEANT
from maillage.calls.lib.form_diff import TYPE_NAMES
from maillage.calls.lib.form_edit import code_for

MEANING_NAMES = {
    "title": "le titre du projet",
    "summary": "le résumé public",
    "theme": "le thème",
    "requested": "le montant demandé",
    "total_cost": "le coût total",
    "starts_on": "le début du projet",
    "ends_on": "la fin du projet",
    "places": "les communes de l'action",
    "typology": "la typologie",
    "audiences": "les publics",
}
# Where an answer already told is found: the page of the structure, or a document it keeps.
REUSED = {
    "structure.name": "nom de la structure",
    "structure.siret": "SIRET de la structure",
    "structure.rna": "numéro RNA de la structure",
    "structure.email": "adresse e-mail de la structure",
    "structure.phone": "téléphone de la structure",
    "structure.website": "site de la structure",
    "structure.address": "adresse du siège",
    "structure.municipality": "commune du siège",
}
KEPT = {
    "statutes": "statuts",
    "board": "liste des dirigeants",
    "iban": "relevé d'identité bancaire",
    "accounts": "comptes du dernier exercice",
    "budget": "budget de la structure",
    "activity": "rapport d'activité",
    "mandate": "pouvoir ou mandat",
}
_CERFA = [
    ("", "Aucune"), ("1", "1. Identification"), ("2", "2. Relations avec l'administration"),
    ("3", "3. Relations avec d'autres associations"), ("4", "4. Moyens humains"),
    ("5", "5. Budget de l'association"), ("6", "6. Projet"), ("7", "7. Attestations"),
]  # fmt: skip
_WRITTEN = {FieldType.TEXT, FieldType.LONG_TEXT}
_CHOSEN = {FieldType.CHOICE, FieldType.CHOICES}
_BOUNDED = {
    FieldType.INTEGER,
    FieldType.MONEY,
    FieldType.DATE,
    FieldType.CHOICES,
    FieldType.COMMUNES,
}
_LINES = {FieldType.BUDGET, FieldType.INDICATORS, FieldType.REPEATED}


class SectionForm(ConditionMixin):
    title = forms.CharField(label="Titre de la section", max_length=LONGEST["title"])
    intro = forms.CharField(
        label="Texte d'introduction", max_length=LONGEST["intro"], required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        raw: Mapping[str, Any],
        earlier: Sequence[Mapping[str, Any]],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"title": raw.get("title", ""), "intro": raw.get("intro", "")})
        super().__init__(*args, **kwargs)
        self.add_condition(raw.get("condition", {}), earlier)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.made = {
            "title": said.get("title", ""),
            "intro": said.get("intro", ""),
            "condition": self.condition(),
        }
        return said


class NewFieldForm(forms.Form):
    """The sort of a question first: its settings depend on it."""

    label = forms.CharField(label="La question", max_length=LONGEST["label"])
    type = forms.ChoiceField(label="Sorte de réponse")

    def __init__(self, *args: Any, in_block: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [one for one in FieldType if one in SIMPLE or not in_block]
        self.fields["type"].choices = [(one.value, TYPE_NAMES[one]) for one in kinds]  # type: ignore[attr-defined]


class FieldForm(ConditionMixin):
    """Settings of a question of the sort `kind`. `holders` are the text questions of the form."""

    label = forms.CharField(label="La question", max_length=LONGEST["label"])
    help = forms.CharField(
        label="Aide", max_length=LONGEST["help"], required=False,
        help_text="Ce qui aide à répondre : une phrase ou deux, sous la question.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    required = forms.BooleanField(label="Réponse obligatoire", required=False)
    max_length = forms.IntegerField(
        label="Caractères au plus", min_value=1, max_value=10_000, required=False
    )
    minimum = forms.CharField(label="Minimum", max_length=30, required=False)
    maximum = forms.CharField(label="Maximum", max_length=30, required=False)
    choices = forms.CharField(
        label="Réponses proposées", help_text="Une par ligne.", required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    max_rows = forms.IntegerField(label="Lignes au plus", min_value=1, max_value=50, required=False)
    max_files = forms.IntegerField(
        label="Fichiers au plus", min_value=1, max_value=20, required=False
    )
    accepts = forms.MultipleChoiceField(
        label="Fichiers acceptés", choices=[(one, one.upper()) for one in EXTENSIONS], required=False,
        help_text="Aucun coché : tous.", widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    meaning = forms.ChoiceField(
        label="Cette réponse dit", required=False,
        help_text="Ce que les listes, les règles et les exportations liront dans cette réponse.",
    )  # fmt: skip
    reuse = forms.ChoiceField(
        label="Déjà connu", required=False,
        help_text="La réponse est proposée d'après ce que la structure a déjà dit ou déposé.",
    )  # fmt: skip
    holder = forms.ChoiceField(
        label="Titulaire du compte", required=False,
        help_text="La question où le titulaire est écrit : son nom est comparé à celui de la structure.",
    )  # fmt: skip
    cerfa = forms.ChoiceField(
        label="Rubrique du formulaire unique (Cerfa 12156)", choices=_CERFA, required=False
    )
    personal = forms.BooleanField(label="Donnée personnelle", required=False)
    blind = forms.BooleanField(label="Cachée dans une lecture sans les noms", required=False)
    public = forms.BooleanField(label="Peut être publiée si le projet est retenu", required=False)

    def __init__(
        self,
        *args: Any,
        raw: Mapping[str, Any],
        earlier: Sequence[Mapping[str, Any]],
        holders: Sequence[tuple[str, str]] = (),
        in_block: bool = False,
        **kwargs: Any,
    ) -> None:
        self.raw, self.kind, self.in_block = raw, FieldType(raw["type"]), in_block
        initial = dict(raw)
        initial["choices"] = "\n".join(label for _code, label in raw.get("choices", []))
        initial["cerfa"] = str(raw.get("cerfa") or "")
        initial.setdefault("max_rows", 20)
        initial.setdefault("max_files", 1)
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        self._choose(holders)
        for name in self._useless():
            del self.fields[name]
        if self.kind in {FieldType.CHOICES, FieldType.COMMUNES}:
            self.fields["minimum"].label = "Choix au moins"
            self.fields["maximum"].label = "Choix au plus"
        if self.kind == FieldType.NOTE:
            self.fields["label"].label, self.fields["help"].label = "Titre", "Texte"
        self.add_condition(raw.get("condition", {}), earlier)

    def settings(self) -> list[Any]:
        """Bound fields other than the condition's, in order."""
        return [self[name] for name in self.fields if not re.match(r"c(_|\d)", name)]

    def _choose(self, holders: Sequence[tuple[str, str]]) -> None:
        meant = [name for name, kinds in MEANT.items() if self.kind in kinds]
        reused = KEPT if self.kind == FieldType.FILE else REUSED
        for name, first, listed in (
            ("meaning", "Rien de particulier", [(one, MEANING_NAMES[one]) for one in meant]),
            ("reuse", "Non", list(reused.items())),
            ("holder", "Aucune vérification", list(holders)),
        ):
            known = {code for code, _label in listed}
            held = self.raw.get(name) or ""
            extra = [(held, held)] if held and held not in known else []
            self.fields[name].choices = [("", first), *listed, *extra]  # type: ignore[attr-defined]

    def _useless(self) -> set[str]:
        kind = self.kind
        gone = {
            "max_length": kind not in _WRITTEN,
            "minimum": kind not in _BOUNDED,
            "maximum": kind not in _BOUNDED,
            "choices": kind not in _CHOSEN,
            "max_rows": kind not in _LINES,
            "max_files": kind != FieldType.FILE,
            "accepts": kind != FieldType.FILE,
            "meaning": self.in_block or not any(kind in kinds for kinds in MEANT.values()),
            "reuse": self.in_block or (kind != FieldType.FILE and kind not in SIMPLE),
            "holder": kind != FieldType.IBAN,
            "required": kind == FieldType.NOTE,
            "cerfa": self.in_block or kind == FieldType.NOTE,
            "personal": self.in_block or kind == FieldType.NOTE,
            "blind": self.in_block or kind == FieldType.NOTE,
            "public": self.in_block or kind == FieldType.NOTE,
        }
        return {name for name, is_gone in gone.items() if is_gone}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        made: dict[str, Any] = {"type": self.kind.value, "label": said.get("label", "")}
        for name in self.fields:
            value = said.get(name)
            if name in {"choices", "cerfa"} or name.startswith("c"):
                continue
            if value not in (None, "", [], False):
                made[name] = value
        if self.kind in _CHOSEN:
            made["choices"] = self._choices(said.get("choices", ""))
        if said.get("cerfa"):
            made["cerfa"] = int(said["cerfa"])
        for name in ("minimum", "maximum"):
            if name in made and self.kind != FieldType.DATE:
                made[name] = made[name].replace(" ", "").replace("\u202f", "").replace(",", ".")
        if condition := self.condition():
            made["condition"] = condition
        self.made = made
        return said

    def _choices(self, typed: str) -> list[list[str]]:
        """Codes follow the label they had: answers already given keep their sense."""
        before = self.raw.get("choices", [])
        had = {label: code for code, label in before}
        labels = list(dict.fromkeys(one.strip()[:200] for one in typed.splitlines() if one.strip()))
        for (code, old), new in zip(before, labels, strict=False):
            if old not in labels and new not in had:  # the same answer, in other words
                had[new] = code
        taken = {had[label] for label in labels if label in had}
        listed = []
        for label in labels:
            code = had.get(label)
            if code is None:
                code = code_for(label, taken)[:16] if self._is_short() else code_for(label, taken)
                taken.add(code)
            listed.append([code, label])
        return listed

    def _is_short(self) -> bool:
        return self.cleaned_data.get("meaning") == "typology"


class ImportForm(forms.Form):
    """A definition in JSON, from a file or pasted."""

    file = forms.FileField(
        label="Fichier", required=False, help_text="Un fichier .json téléchargé d'un autre appel."
    )
    text = forms.CharField(
        label="Ou son contenu", required=False, max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )  # fmt: skip


class VersionForm(forms.Form):
    note = forms.CharField(
        label="Ce qui change, en une phrase", max_length=300,
        help_text="Les personnes qui écrivent une candidature la liront.",
    )  # fmt: skip
