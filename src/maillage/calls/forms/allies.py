"""What one brings and seeks; the groups that a facilitator forms."""

from typing import Any

from django import forms

from maillage.calls.models import AllyGroup, Edition, Intention
from maillage.calls.queries.allies import who
from maillage.structures.models import Structure

_MOST_NEEDS = 20


def _themes(edition: Edition, empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((one["code"], one["label"]) for one in edition.themes)]


class FilterForm(forms.Form):
    theme = forms.ChoiceField(label="Thème", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(
        self, *args: Any, edition: Edition, communes: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = _themes(edition, "Tous")  # type: ignore[attr-defined]
        self.fields["commune"].choices = [("", "Toutes"), *communes]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        """What was chosen; what does not exist is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("theme", "commune")}


class IntentionForm(forms.Form):
    structure = forms.ChoiceField(label="Vous parlez", required=False)
    brings = forms.CharField(
        label="Ce que vous apportez",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Un métier, un lieu, un public, du temps. Pas d'adresse ni de téléphone : on s'écrit par la plateforme.",
    )
    seeks = forms.CharField(
        label="Ce que vous cherchez",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    theme = forms.ChoiceField(label="Thème", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(
        self,
        *args: Any,
        edition: Edition,
        communes: list[tuple[str, str]],
        structures: list[Structure],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.structures = {str(one.pk): one for one in structures}
        names = [(pk, f"pour {one.name}") for pk, one in self.structures.items()]
        self.fields["structure"].choices = [*names, ("", "en votre nom")]  # type: ignore[attr-defined]
        if not names:
            del self.fields["structure"]
        self.fields["theme"].choices = _themes(edition, "Aucun en particulier")  # type: ignore[attr-defined]
        self.fields["commune"].choices = [("", "Partout"), *communes]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return told | {"structure": self.structures.get(told.pop("structure", ""))}


class GroupForm(forms.Form):
    name = forms.CharField(label="Nom du groupe", max_length=120)
    idea = forms.CharField(
        label="L'idée", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    needs = forms.CharField(
        label="Rôles à tenir, un par ligne",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Commencez la ligne par « + » quand quelqu'un le tient déjà.",
    )
    members = forms.ModelMultipleChoiceField(
        label="Membres",
        queryset=Intention.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_open = forms.BooleanField(label="Accueille d'autres membres", required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, group: AllyGroup, choices: Any, **kwargs: Any) -> None:
        lines = [f"{'+ ' if one.get('filled') else ''}{one['label']}" for one in group.needs or ()]
        kwargs["initial"] = {
            "name": group.name,
            "idea": group.idea,
            "needs": "\n".join(lines),
            "is_open": group.is_open,
            "version": group.version,
            "members": list(group.intentions.all()) if group.pk else [],
        }
        super().__init__(*args, **kwargs)
        field: Any = self.fields["members"]
        field.queryset = choices
        field.label_from_instance = lambda one: f"{who(one)} : apporte {one.brings[:120]}"
        self.group = group

    def made(self) -> AllyGroup:
        """The group with what was typed; not saved."""
        told = self.cleaned_data
        lines = [line.strip() for line in told["needs"].splitlines() if line.strip()]
        self.group.name, self.group.idea = told["name"], told["idea"]
        self.group.is_open = told["is_open"]
        self.group.needs = [
            {"label": line.removeprefix("+").strip()[:120], "filled": line.startswith("+")}
            for line in lines[:_MOST_NEEDS]
        ]
        return self.group


class MessageForm(forms.Form):
    words = forms.CharField(
        label="Votre message au groupe", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
