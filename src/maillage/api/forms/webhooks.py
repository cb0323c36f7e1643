"""A webhook: where, what, why."""

from django import forms

from maillage.api.lib.webhooks import EVENT_LABELS
from maillage.core import outbound


class WebhookForm(forms.Form):
    url = forms.CharField(
        label="Adresse à appeler",
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text="En https, sur un site public : nous n'appelons jamais un réseau privé.",
    )
    events = forms.MultipleChoiceField(
        label="Ce qu'il faut lui dire",
        choices=[(code.value, label) for code, label in EVENT_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un événement."},
    )
    description = forms.CharField(
        label="À quoi il sert",
        max_length=120,
        required=False,
        help_text="Pour vous y retrouver : « agenda de la ville ».",
    )

    def clean_url(self) -> str:
        """As it will be called: host in ASCII, in lower case."""
        try:
            return outbound.check(self.cleaned_data["url"]).url
        except outbound.AddressRefusedError as error:
            raise forms.ValidationError(str(error)) from error
