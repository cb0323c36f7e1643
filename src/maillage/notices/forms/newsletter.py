"""Ask for the newsletter; prepare an issue; choose when it leaves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.notices.lib.wording import newsletter_wording
from maillage.notices.models import Issue, IssueItem
from maillage.spaces.models import Space


class SubscribeForm(forms.Form):
    email = forms.EmailField(
        label="Votre adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    agree = forms.BooleanField(
        error_messages={"required": "Cochez la case : sans votre accord, rien n'est envoyé."}
    )

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].label = newsletter_wording(space.name)


class IssueForm(forms.Form):
    title = forms.CharField(label="Titre, qui est aussi l'objet de l'e-mail", max_length=120)
    introduction = forms.CharField(
        label="Introduction",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Du texte simple ; une ligne vide sépare deux paragraphes.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class ItemForm(forms.ModelForm[IssueItem]):
    class Meta:
        model = IssueItem
        fields = ["is_kept", "position", "text"]


ItemForms = forms.modelformset_factory(IssueItem, form=ItemForm, extra=0)


def item_forms(issue: Issue, data: Any = None) -> Any:
    """One small form for each piece of news of the issue, and of no other."""
    return ItemForms(data, queryset=issue.items.select_related("structure"), prefix="items")


class WhenForm(forms.Form):
    at = forms.DateTimeField(
        label="Jour et heure de l'envoi",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at <= timezone.now():
            raise ValidationError(
                "Ce moment est passé : choisissez-en un autre, ou envoyez maintenant."
            )
        return at
