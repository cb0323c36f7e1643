"""How often a person wants each category of letters."""

from typing import Any

from django import forms

from maillage.accounts.models import Preference, User
from maillage.notices.lib.categories import FOR_AGENTS, categories


class RhythmForm(forms.Form):
    """One choice for each category; the field's name is the category."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(Preference.objects.filter(user=user).values_list("category", "rhythm"))
        is_agent = user.space_roles.exists()
        for category, label in categories().items():
            if category in FOR_AGENTS and not is_agent:
                continue
            self.fields[category] = forms.ChoiceField(
                label=label,
                choices=Preference.Rhythm.choices,
                initial=chosen.get(category, Preference.Rhythm.AT_ONCE),
            )
