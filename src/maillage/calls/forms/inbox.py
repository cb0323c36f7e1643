"""Filters of the authority's list of files, and what its bulk acts and exports ask."""

from typing import Any, cast

from django import forms
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, CorrectionReason
from maillage.calls.models import Edition
from maillage.calls.queries.file_columns import CHOICES, USUAL, Choice
from maillage.calls.queries.inbox import FOLLOWED, ME, NOBODY, Flag, Search, Sort
from maillage.structures.enums import Typology

Choices = list[tuple[str, str]]
_STATES = [code for code in ApplicationStatus.values if code != ApplicationStatus.DRAFT]


class InboxForm(forms.Form):
    """Filters in the address; what is unknown is ignored."""

    q = forms.CharField(label="Chercher", required=False, max_length=100)
    appel = forms.ChoiceField(label="Appel", required=False)
    qui = forms.ChoiceField(label="Suivies par", required=False)
    drapeau = forms.ChoiceField(
        label="À regarder", required=False, choices=[("", "Toutes"), *Flag.choices]
    )
    theme = forms.ChoiceField(label="Thème", required=False)
    typologie = forms.ChoiceField(
        label="Typologie", required=False, choices=[("", "Toutes"), *Typology.choices]
    )
    commune = forms.ChoiceField(label="Commune de l'action", required=False)
    tri = forms.ChoiceField(label="Ranger par", required=False, choices=Sort.choices)

    def __init__(
        self,
        *args: Any,
        editions: list[Edition],
        communes: Choices,
        colleagues: list[User],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        themes = {one["code"]: one["label"] for edition in editions for one in edition.themes}
        listed: dict[str, Choices] = {
            "appel": [("", "Tous les appels"), *((str(one.pk), one.title) for one in editions)],
            "qui": [
                ("", "Tout le monde"),
                (ME, "Moi"),
                (FOLLOWED, "Que je suis de loin"),
                (NOBODY, "Personne"),
                *((str(one.pk), str(one)) for one in colleagues),
            ],
            "theme": [("", "Tous"), *sorted(themes.items(), key=lambda pair: pair[1])],
            "commune": [("", "Toutes"), *communes],
        }
        for name, choices in listed.items():
            cast("forms.ChoiceField", self.fields[name]).choices = choices

    def search(self) -> Search:
        self.is_valid()
        read = self.cleaned_data.get
        status, page = str(self.data.get("etat", "")), str(self.data.get("page", ""))
        appel = read("appel") or ""
        return Search(
            edition=int(appel) if appel else None,
            status=status if status in _STATES else "",
            who=read("qui") or "",
            theme=read("theme") or "",
            typology=read("typologie") or "",
            commune=read("commune") or "",
            flag=read("drapeau") or "",
            words=(read("q") or "").strip(),
            sort=read("tri") or Sort.NUMBER,
            page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        )

    def query(self, *, status: bool = True) -> dict[str, str]:
        """The filters in force, for an address."""
        said = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        if said["tri"] == Sort.NUMBER:
            said["tri"] = ""
        if status:
            said["etat"] = self.search().status
        return {name: value for name, value in said.items() if value}


class BulkAssignForm(forms.Form):
    user = forms.ChoiceField(label="Confier à", required=False)

    def __init__(self, *args: Any, colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.pk), str(one)) for one in colleagues]
        cast("forms.ChoiceField", self.fields["user"]).choices = [("", "Personne"), *people]

    def said(self) -> dict[str, Any]:
        user = self.cleaned_data["user"]
        return {"user": int(user) if user else None}


class BulkMessageForm(forms.Form):
    text = forms.CharField(
        label="Message", max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    reply_by = forms.DateField(
        label="Réponse attendue le",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_reply_by(self) -> Any:
        day = self.cleaned_data["reply_by"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Cette date est passée : donnez-en une à venir.")
        return day

    def said(self) -> dict[str, Any]:
        day = self.cleaned_data["reply_by"]
        return {"text": self.cleaned_data["text"], "reply_by": day.isoformat() if day else ""}


class CorrectionForm(forms.Form):
    """`items`: questions of the form of the file, or those that the chosen files share."""

    reason = forms.ChoiceField(label="Ces réponses sont", choices=CorrectionReason.choices)
    items = forms.MultipleChoiceField(
        label="Réponses à reprendre",
        widget=forms.CheckboxSelectMultiple,
        help_text="Seules celles-ci seront rouvertes au candidat.",
        error_messages={"required": "Choisissez au moins une réponse à reprendre."},
    )
    text = forms.CharField(
        label="Ce qui est à reprendre", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_at = forms.DateTimeField(
        label="À rendre avant le (heure de Paris)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, asked: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["items"]).choices = asked

    def clean_due_at(self) -> Any:
        due = self.cleaned_data["due_at"]
        if due <= timezone.now():
            raise forms.ValidationError("Cette date est passée : donnez-en une à venir.")
        return due

    def said(self) -> dict[str, Any]:
        read = self.cleaned_data
        return {**read, "due_at": read["due_at"].isoformat()}


class ExportForm(forms.Form):
    """`personal` must be ticked for columns about people to leave: it is then written in the journal."""

    columns = forms.MultipleChoiceField(
        label="Colonnes",
        widget=forms.CheckboxSelectMultiple,
        initial=USUAL,
        error_messages={"required": "Choisissez au moins une colonne."},
    )
    personal = forms.BooleanField(
        label="Avec les colonnes sur des personnes (leur sortie est notée au journal)",
        required=False,
    )
    format = forms.ChoiceField(
        label="Format", choices=[("csv", "CSV"), ("xlsx", "Classeur (XLSX)")], initial="csv"
    )

    def __init__(self, *args: Any, answers: dict[str, Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = CHOICES | answers
        listed = [
            (
                name,
                f"{one.column.title} (donnée personnelle)" if one.is_personal else one.column.title,
            )
            for name, one in self.known.items()
        ]
        cast("forms.MultipleChoiceField", self.fields["columns"]).choices = listed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        asked = [name for name in cleaned.get("columns", ()) if self.known[name].is_personal]
        if asked and not cleaned.get("personal"):
            self.add_error(
                "personal", "Cochez cette case pour emporter des colonnes sur des personnes."
            )
        return cleaned

    def chosen(self) -> dict[str, Choice]:
        return {
            name: one for name, one in self.known.items() if name in self.cleaned_data["columns"]
        }
