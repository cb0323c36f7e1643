"""One form a step of the assistant. Nothing is compulsory: what is missing is said, and may be saved later."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from maillage.calls.enums import InstalmentKind
from maillage.calls.forms.fields import (
    DayField,
    LinesField,
    MomentField,
    dated_rows,
    themes_from,
)
from maillage.calls.forms.rows import Rows
from maillage.calls.lib import steps
from maillage.calls.lib.moments import clock_of
from maillage.calls.models import Edition, Envelope

_LONG = forms.Textarea(attrs={"rows": 6})
_SHORT = forms.Textarea(attrs={"rows": 3})


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    """`values()` gives every column of the step. `rows` are the small tables shown after the fields."""

    rows: tuple[Rows, ...] = ()

    class Meta:
        model = Edition
        fields: ClassVar[list[str]] = []

    def validate_constraints(self) -> None:
        """Said in words by `clean` and by the checks; the database keeps its own."""

    @property
    def plain(self) -> list[forms.BoundField]:
        apart = set().union(*(one.names() for one in self.rows)) if self.rows else set()
        return [field for field in self if field.name not in apart]

    @property
    def tables(self) -> list[tuple[Rows, list[list[forms.BoundField]]]]:
        return [(one, one.bound(self)) for one in self.rows]

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PresentationForm(StepForm):
    themes = LinesField(label="Thèmes", most=20, longest=80, help_text="Un par ligne.")
    benefits = LinesField(
        label="Ce que l'appel apporte d'autre",
        most=20,
        longest=160,
        help_text="Un par ligne : accompagnement, local, réseau…",
    )

    class Meta:
        model = Edition
        fields: ClassVar = [
            "title",
            "summary",
            "description",
            "themes",
            "eligible_costs",
            "benefits",
            "contact_email",
            "prefix",
        ]
        widgets: ClassVar = {"description": _LONG, "eligible_costs": _SHORT, "summary": _SHORT}
        help_texts: ClassVar = {
            "prefix": "Les dépôts s'appelleront ainsi : PROG27-0042.",
            "summary": "Elle suit le titre dans les listes.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["themes"] = [one["label"] for one in self.instance.themes]
        self.known = list(self.instance.themes)

    def clean_prefix(self) -> str:
        prefix: str = self.cleaned_data["prefix"].upper()
        if not prefix.isalnum() or not prefix.isascii():
            raise forms.ValidationError("Des lettres sans accent et des chiffres seulement.")
        return prefix

    def clean_themes(self) -> list[dict[str, str]]:
        return themes_from(self.cleaned_data["themes"], self.known)


class MoneyForm(StepForm):
    class Meta:
        model = Edition
        fields: ClassVar = [
            "envelope",
            "amount_max",
            "amount_min",
            "max_rate",
            "min_own_funds",
            "awards_min",
            "awards_max",
            "one_award_each",
            "convention_from",
        ]
        help_texts: ClassVar = {
            "max_rate": "Du coût total du projet.",
            "convention_from": "23 000 € par an : loi n° 2000-321 du 12 avril 2000, article 10 ; décret n° 2001-495 du 6 juin 2001.",
        }

    def __init__(self, *args: Any, envelopes: QuerySet[Envelope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["envelope"].queryset = envelopes  # type: ignore[attr-defined]
        self.fields["envelope"].empty_label = "aucune pour l'instant"  # type: ignore[attr-defined]
        kinds = [("", "aucun"), *InstalmentKind.choices]
        self.rows = (
            Rows(
                "instalments",
                "Versements",
                {
                    "kind": lambda: forms.ChoiceField(label="Sorte", choices=kinds),
                    "percent": lambda: forms.DecimalField(
                        label="Part (%)", min_value=0, max_value=100, max_digits=5, decimal_places=2
                    ),
                    "condition": lambda: forms.CharField(label="Quand", max_length=160),
                },
                hint="Leur somme fait 100 %.",
                spare=1,
                most=8,
            ),
        )
        self.rows[0].add_to(self, self.instance.instalments)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        least, most = cleaned.get("amount_min"), cleaned.get("amount_max")
        if least is not None and most is not None and least > most:
            self.add_error("amount_min", "Le montant minimal dépasse le montant maximal.")
        few, many = cleaned.get("awards_min"), cleaned.get("awards_max")
        if few is not None and many is not None and few > many:
            self.add_error("awards_min", "Le nombre minimal dépasse le nombre maximal.")
        for name in ("max_rate", "min_own_funds"):
            if cleaned.get(name) is not None and not Decimal(0) <= cleaned[name] <= Decimal(100):
                self.add_error(name, "Une part va de 0 à 100 %.")
        cleaned["instalments"] = [
            {
                "kind": row["kind"] or InstalmentKind.PARTIAL.value,
                "percent": _number(row["percent"]),
                "condition": row["condition"] or "",
            }
            for row in self.rows[0].values(self, "percent")
        ]
        return cleaned


class CalendarForm(StepForm):
    forecast_on = DayField(
        label="Ouverture annoncée",
        help_text="Montrée au public avant la publication, avec le titre et la phrase : de quoi se préparer.",
    )
    opens_at = MomentField(label="Ouvre le", at=time(9), help_text="Heure de Paris.")
    closes_at = MomentField(
        label="Ferme le",
        help_text="Heure de Paris, à la minute. Un dépôt reçu à cet instant est trop tard.",
    )
    full_closes_at = MomentField(label="Dossiers complets jusqu'au")

    class Meta:
        model = Edition
        fields: ClassVar = [
            "forecast_on",
            "opens_at",
            "closes_at",
            "grace_minutes",
            "two_stages",
            "full_closes_at",
            "closing_message",
        ]
        widgets: ClassVar = {"closing_message": _SHORT}
        help_texts: ClassVar = {
            "grace_minutes": "Après la clôture, pour qui envoyait encore. Elle n'est pas annoncée.",
            "closing_message": "Ce que lit qui arrive après la clôture.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grace_minutes"].max_value = 120  # type: ignore[attr-defined]
        parts = {
            "on": lambda: MomentField(label="Jour et heure", at=time(0)),
            "label": lambda: forms.CharField(label="Quoi", max_length=160),
        }
        self.rows = (
            Rows("meetings", "Réunions d'information", parts, hint="Lieu ou lien compris."),
            Rows("key_dates", "Autres dates à retenir", parts, hint="À 0 h : le jour seul."),
        )
        for one in self.rows:
            one.add_to(self, dated_rows(getattr(self.instance, one.name)))

    def clean_grace_minutes(self) -> int:
        minutes: int = self.cleaned_data["grace_minutes"]
        if minutes > 120:
            raise forms.ValidationError("120 minutes au plus : au-delà, prolongez l'appel.")
        return minutes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", "L'appel ferme avant d'ouvrir.")
        full = cleaned.get("full_closes_at")
        if full and closes and full <= closes:
            self.add_error("full_closes_at", "Les dossiers complets viennent après la clôture.")
        for one in self.rows:
            rows = one.values(self, "on")
            cleaned[one.name] = [
                {"on": _iso(row["on"]), "label": row["label"] or one.legend} for row in rows
            ]
        return cleaned


_YES_NO = [("", "à dire"), ("yes", "oui"), ("no", "non")]


def _question(label: str, help_text: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=_YES_NO, required=False, help_text=help_text)


class NatureForm(StepForm):
    initiated = _question(
        "Le projet vient-il de la structure qui candidate ?",
        "Elle l'a voulu et imaginé : l'appel dit un thème, pas ce qu'il faut faire.",
    )
    defined = _question(
        "Le conduit-elle elle-même, à sa façon ?",
        "Elle décide du contenu et des moyens, et en répond.",
    )
    service = _question(
        "La collectivité en attend-elle une prestation pour elle-même ?",
        "Un service rendu à la collectivité s'achète : loi n° 2000-321 du 12 avril 2000, article 9-1.",
    )
    deliberation_on = DayField(label="Prise le")

    class Meta:
        model = Edition
        fields: ClassVar = [
            "kind",
            "legal_basis",
            "legal_ref",
            "state_aid",
            "de_minimis_ceiling",
            "deliberation_ref",
            "deliberation_on",
        ]
        widgets: ClassVar = {"legal_basis": _SHORT}
        help_texts: ClassVar = {
            "legal_basis": "Ce qui permet à la collectivité d'intervenir : solidarité, insertion, convention avec la Région…",
            "de_minimis_ceiling": "300 000 € (règlement UE 2023/2831 du 13 décembre 2023), 750 000 € pour un SIEG (règlement UE 2023/2832) : vérifiez le texte en vigueur.",
        }

    field_order = ("kind", "initiated", "defined", "service")
    questions = ("initiated", "defined", "service")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.questions:
            known = self.instance.nature.get(name)
            self.initial[name] = "" if known is None else ("yes" if known else "no")

    def values(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        answers = {name: said.pop(name) for name in self.questions}
        nature = {name: answer == "yes" for name, answer in answers.items() if answer}
        return said | {"nature": nature}


class ReadingForm(StepForm):
    score = forms.ChoiceField(
        label="La note d'un dossier est",
        choices=[("mean", "la moyenne des lectures"), ("median", "la médiane des lectures")],
    )
    official = forms.ChoiceField(
        label="Le classement officiel suit",
        choices=[("raw", "les notes brutes"), ("adjusted", "les notes corrigées de la sévérité")],
        help_text="À annoncer avant l'ouverture : cela figure au règlement.",
    )
    floor = forms.IntegerField(
        label="Note plancher (sur 100)",
        min_value=0,
        max_value=100,
        help_text="En dessous, un dossier n'est pas retenu.",
    )
    gap = forms.IntegerField(
        label="Écart à ne pas enjamber (points)",
        min_value=0,
        max_value=100,
        help_text="Un projet ne passe pas devant un autre mieux noté d'autant de points.",
    )
    partial = forms.IntegerField(
        label="Aide partielle, au moins (%)",
        min_value=1,
        max_value=100,
        help_text="De la demande. 100 : tout ou rien.",
    )

    class Meta:
        model = Edition
        fields: ClassVar = [
            "is_sealed",
            "is_blind",
            "reviews_wanted",
            "quorum",
            "blocks_overdue",
        ]
        help_texts: ClassVar = {
            "is_sealed": "Personne, pas même un agent, ne lit un dossier avant l'ouverture des plis.",
            "is_blind": "Les questions marquées « masquée » et les noms sont cachés aux lecteurs.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        defaults = {"score": "mean", "official": "raw", "floor": 0, "gap": 0, "partial": 100}
        for name, default in defaults.items():
            self.initial[name] = self.instance.reading.get(name, default)
        themes = [
            (f"theme:{one['code']}", f"Thème : {one['label']}") for one in self.instance.themes
        ]
        axes = [
            ("", "aucun"),
            *themes,
            ("zone:qpv", "Zone : quartier prioritaire"),
            ("typology:entrepreneurial", "Typologie : entrepreneuriale"),
            ("typology:militant", "Typologie : militante"),
        ]
        self.rows = (
            Rows(
                "minima",
                "Places réservées",
                {
                    "what": lambda: forms.ChoiceField(label="Pour", choices=axes),
                    "count": lambda: forms.IntegerField(
                        label="Projets au moins", min_value=1, max_value=200
                    ),
                },
                hint="Le jury en tient compte ; s'il n'y a pas de solution, les minima qui s'opposent sont dits.",
                spare=1,
                most=10,
            ),
        )
        known = [
            {"what": f"{one['axis']}:{one['value']}", "count": one["count"]}
            for one in self.instance.minima
        ]
        self.rows[0].add_to(self, known)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("reviews_wanted", "quorum"):
            if cleaned.get(name) == 0:
                self.add_error(name, "Au moins 1.")
        minima = []
        for row in self.rows[0].values(self, "what"):
            axis, _colon, value = row["what"].partition(":")
            minima.append({"axis": axis, "value": value, "count": row["count"] or 1})
        cleaned["minima"] = minima
        return cleaned

    def values(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        names = ("score", "official", "floor", "gap", "partial")
        return said | {"reading": {name: said[name] for name in names}}


FORMS: dict[str, type[StepForm]] = {
    steps.PRESENTATION.code: PresentationForm,
    steps.MONEY.code: MoneyForm,
    steps.CALENDAR.code: CalendarForm,
    steps.NATURE.code: NatureForm,
    steps.READING.code: ReadingForm,
}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _iso(moment: datetime) -> str:
    """A day alone when the hour is midnight in Paris."""
    local = clock_of(moment)
    return local.date().isoformat() if local.time() == time(0) else moment.isoformat()
