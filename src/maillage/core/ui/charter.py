"""A form that holds one field of each kind, for the living style page."""

from django import forms


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
