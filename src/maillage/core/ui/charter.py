"""A form that holds one field of each kind, for the living style page."""

from django import forms

from maillage.core.charts import Bar, Bars, Chart, Lines, Series


class SampleForm(forms.Form):
    name = forms.CharField(
        label="Nom de la structure",
        max_length=120,
        help_text="Tel qu'il figure dans vos statuts.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    created_on = forms.DateField(
        label="Date de création", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sector = forms.ChoiceField(
        label="Secteur", choices=[("", "Choisir"), ("ali", "Alimentation"), ("ree", "Réemploi")]
    )
    audiences = forms.MultipleChoiceField(
        label="Publics",
        required=False,
        choices=[("jeunes", "Jeunes"), ("seniors", "Personnes âgées"), ("tous", "Tout public")],
        widget=forms.CheckboxSelectMultiple,
    )
    typology = forms.ChoiceField(
        label="Vous reconnaissez-vous plutôt comme",
        choices=[("e", "entrepreneuriale"), ("m", "militante")],
        widget=forms.RadioSelect,
    )
    description = forms.CharField(label="Présentation", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="J'accepte que ces informations soient publiées")


def sample_errors() -> SampleForm:
    """The same form as it comes back after wrong answers."""
    form = SampleForm({"faux-email": "pas une adresse", "faux-sector": ""}, prefix="faux")
    form.is_valid()
    return form


def sample_charts() -> list[Chart]:
    return [
        Bars(
            title="Établissements par famille",
            summary="Les associations sont les plus nombreuses ; une valeur est tenue secrète.",
            name="Famille",
            bars=[
                Bar(label="Associations", value=1204),
                Bar(label="Coopératives", value=610, low=480, high=790, is_strong=True),
                Bar(label="Mutuelles", value=None),
            ],
            reference=700,
            reference_label="Moyenne",
        ),
        Lines(
            title="Structures d'un relevé à l'autre",
            summary="Le nombre monte ; 2024 n'a pas été relevé.",
            ticks=("2022", "2023", "2024", "2025", "2026"),
            series=(
                Series("Montreuil", (410, 428, None, 440, 442)),
                Series("Pantin", (120, 131, None, 150, 149)),
            ),
            name="Année",
        ),
    ]
