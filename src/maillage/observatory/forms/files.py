"""What agents fill in about working files."""

from typing import Any

from django import forms

from maillage.accounts.models import User
from maillage.observatory.actions.files import NOTE_LONGEST, TITLE_LONGEST
from maillage.observatory.enums import FileStatus
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.queries.files import Search
from maillage.observatory.queries.saying import by_theme

Needs = tuple[NeedSheet, ...]
_ALL = "tous"


class FilesForm(forms.Form):
    """Filters of the list, in the address; what is unknown is ignored."""

    etat = forms.ChoiceField(
        label="Dossiers",
        required=False,
        choices=[("", "Ouverts"), (_ALL, "Ouverts et clos"), ("retard", "À revoir maintenant")],
    )
    etape = forms.ChoiceField(
        label="Étape", required=False, choices=[("", "Toutes"), *FileStatus.choices]
    )
    qui = forms.ChoiceField(label="Suivi par", required=False)
    besoin = forms.ChoiceField(label="Besoin", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(
        self,
        *args: Any,
        needs: Needs,
        communes: list[tuple[str, str]],
        colleagues: list[User],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.pk), str(one)) for one in colleagues]
        listed: dict[str, list[Any]] = {
            "qui": [("", "Tout le monde"), ("moi", "Moi"), ("personne", "Personne"), *people],
            "besoin": [("", "Tous les besoins"), *by_theme(needs)],
            "commune": [("", "Tout le territoire"), *communes],
        }
        for name, choices in listed.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def search(self) -> Search:
        self.is_valid()
        read = self.cleaned_data.get
        status, page = read("etape") or "", str(self.data.get("page", ""))
        return Search(
            open_only=read("etat") != _ALL and status not in {"filled", "dropped"},
            status=status,
            owner=read("qui") or "",
            need=read("besoin") or "",
            commune=read("commune") or "",
            late=read("etat") == "retard",
            page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        )

    def query(self) -> dict[str, str]:
        """Filters that are set, for links."""
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name) or "")}


class FollowForm(forms.Form):
    title = forms.CharField(label="Titre", max_length=TITLE_LONGEST)
    owner = forms.ChoiceField(label="Suivi par", required=False)
    review_on = forms.DateField(
        label="À revoir le",
        required=False,
        help_text="Ce jour-là, la personne qui suit le dossier reçoit une lettre.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, colleagues: list[User], owner: User | None, **kwargs: Any
    ) -> None:
        """The present owner stays in the list, even when they are no longer an agent."""
        super().__init__(*args, **kwargs)
        people = {str(one.pk): one for one in [*colleagues, *([owner] if owner else [])]}
        self.people = people
        named = [(pk, str(one)) for pk, one in people.items()]
        self.fields["owner"].choices = [("", "Personne"), *named]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["owner"])


class StepForm(forms.Form):
    step = forms.ChoiceField(label="Étape", choices=FileStatus.choices)
    reason = forms.CharField(
        label="Pourquoi",
        help_text="Gardé au dossier. « Comblé » et « abandonné » le closent ; une autre étape le rouvre.",
        max_length=NOTE_LONGEST - 80,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Nouvelle note",
        help_text="Lue par les agents seulement. Une note ne se change plus.",
        max_length=NOTE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
