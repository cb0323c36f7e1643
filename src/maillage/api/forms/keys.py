"""The form of a new key."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from maillage.api.lib.scopes import LONGEST_DAYS, SCOPES


class KeyForm(forms.Form):
    name = forms.CharField(
        label="À quoi sert cette clé",
        max_length=80,
        help_text="Par exemple : agenda de la ville. Ce nom est au journal de chaque écriture.",
    )
    scopes = forms.MultipleChoiceField(
        label="Ce qu'elle permet", choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    expires_on = forms.DateField(
        label="Valable jusqu'au",
        help_text="Un an au plus.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["expires_on"].initial = today + timedelta(days=180)
        self.fields["expires_on"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + timedelta(days=LONGEST_DAYS)).isoformat(),
        }
