"""How often a person wants each category of letters."""

from typing import Any

from django import forms

from maillage.accounts.models import Preference, User
from maillage.notices.lib.categories import categories


class RhythmForm(forms.Form):
    """One choice for each category; the field's name is the category."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(Preference.objects.filter(user=user).values_list("category", "rhythm"))
        for category, label in categories().items():
            self.fields[category] = forms.ChoiceField(
                label=label,
                choices=Preference.Rhythm.choices,
                initial=chosen.get(category, Preference.Rhythm.AT_ONCE),
            )
