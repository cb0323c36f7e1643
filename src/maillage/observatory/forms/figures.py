"""What an agent types or sends of published figures."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils import timezone

from maillage.observatory.enums import Indicator, PlaceKind
from maillage.observatory.lib.drafts import Draft
from maillage.observatory.models import SourcedFigure
from maillage.observatory.queries.naming import PlaceUnknownError, named_place
from maillage.spaces.models import Space
from maillage.structures.enums import Family

_KINDS = [(str(value), label) for value, label in PlaceKind.choices if value != PlaceKind.CELL]
_FIELDS = (
    "indicator", "value", "year", "place_kind", "place_code", "place_label", "family", "sector",
    "source", "published_on", "perimeter", "confidence",
)  # fmt: skip
CONNECTORS = (
    ("table", "Tableau de chiffres (une ligne par chiffre)"),
    ("urssaf_ess", "Série ESS par département de l'Urssaf"),
)


class FigureForm(forms.ModelForm):
    """Reads as a `Draft`: the form, the files and the commands say a figure alike."""

    source_url = forms.URLField(
        label="Adresse de la source", required=False, max_length=300, assume_scheme="https"
    )
    field_order = (*_FIELDS[:9], "source_url", *_FIELDS[9:])

    class Meta:
        model = SourcedFigure
        fields = _FIELDS
        widgets = {
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "perimeter": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "value": "Un nombre entier, des euros, ou un pourcentage pour une part.",
            "place_code": "Code INSEE, SIREN d'un groupement, « 93 », « 11 ». Vide pour cet espace et pour la France.",
            "place_label": "Laissez vide : le nom est trouvé d'après le code.",
            "sector": "Tel que la source le nomme. Vide pour l'ensemble.",
            "source": "Qui publie ce chiffre, et dans quel document.",
            "perimeter": "Ce qui est compté et ce qui ne l'est pas : c'est ce qui explique l'écart avec les registres.",
        }

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.space = space
        self.initial.setdefault("source_url", self.instance.source_url)
        choices = [(code, label[:1].upper() + label[1:]) for code, label in Indicator.choices]
        families = [(code, label[:1].upper() + label[1:]) for code, label in Family.choices]
        cast("forms.ChoiceField", self.fields["family"]).choices = [("", "L'ensemble"), *families]
        self.fields["indicator"] = forms.ChoiceField(label="Indicateur", choices=choices)
        self.fields["place_kind"] = forms.ChoiceField(label="Sorte de territoire", choices=_KINDS)
        self.fields["place_label"].required = False
        self.fields["value"] = forms.DecimalField(
            label="Valeur",
            min_value=0,
            max_digits=18,
            decimal_places=4,
            localize=True,
            help_text=self.Meta.help_texts["value"],
        )
        year = timezone.localdate().year
        self.fields["year"] = forms.IntegerField(
            label="Année des données",
            min_value=1900,
            max_value=year,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("place_kind")
        if kind:
            try:
                self.place = named_place(
                    self.space,
                    kind,
                    cleaned.get("place_code") or "",
                    cleaned.get("place_label") or "",
                )
            except PlaceUnknownError as error:
                self.add_error("place_code", str(error))
        indicator, value = cleaned.get("indicator"), cleaned.get("value")
        if value is not None and value > 100 and indicator in {
            Indicator.JOBS_SHARE,
            Indicator.ESTABLISHMENTS_SHARE,
        }:  # fmt: skip
            self.add_error("value", "Une part est un pourcentage : de 0 à 100.")
        return cleaned

    def validate_unique(self) -> None:
        """The action says it, with the constraint that nothing escapes."""

    def validate_constraints(self) -> None:
        """Idem."""

    def draft(self) -> Draft:
        said = dict(self.cleaned_data)
        said |= {
            "place_kind": self.place.kind,
            "place_code": self.place.code,
            "place_label": self.place.label,
        }
        return Draft(**said)


class FiguresFileForm(forms.Form):
    connector = forms.ChoiceField(label="Sorte de fichier", choices=CONNECTORS)
    file = forms.FileField(
        label="Fichier",
        max_length=200,
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > settings.MAX_UPLOAD_MB * 1_000_000:
            raise forms.ValidationError(
                f"Ce fichier dépasse {settings.MAX_UPLOAD_MB} Mo. Un administrateur de la plateforme peut le lire par la "
                "commande « maillage import_figures » ou « maillage import_urssaf_ess »."
            )
        return upload


class SnapshotForm(forms.Form):
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=200,
        help_text="Par exemple « avant le nouveau plan local ».",
    )
