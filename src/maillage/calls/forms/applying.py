"""Small forms of the applicants' pages."""

from typing import Any

from django import forms

from maillage.calls.enums import WriterKind
from maillage.calls.models import Application
from maillage.core.tabular.cells import identifiers
from maillage.core.tabular.cells.text import CellError
from maillage.structures.models import Structure

ELSEWHERE = "autre"


class BeginForm(forms.Form):
    """For which structure the file is: one of mine, or one that the directory does not know yet."""

    for_whom = forms.ChoiceField(label="Pour quelle structure ?", widget=forms.RadioSelect)
    name = forms.CharField(
        label="Nom de la structure",
        max_length=250,
        required=False,
        help_text="Seulement si elle n'est pas dans la liste ci-dessus.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    siret = forms.CharField(
        label="SIRET",
        max_length=20,
        required=False,
        help_text="Quatorze chiffres. Vous pouvez commencer sans, et l'écrire plus tard.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    resume = forms.ChoiceField(
        label="Partir de réponses déjà écrites ?", required=False, widget=forms.RadioSelect
    )

    def __init__(
        self,
        *args: Any,
        structures: list[Structure],
        earlier: list[Application],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.structures = {str(one.pk): one for one in structures}
        self.earlier = {str(one.pk): one for one in earlier}
        chosen: Any = self.fields["for_whom"]
        chosen.choices = [
            *((key, one.name) for key, one in self.structures.items()),
            (ELSEWHERE, "Une structure qui n'est pas encore dans l'annuaire"),
        ]
        if not self.structures:
            chosen.initial = ELSEWHERE
        elif len(self.structures) == 1:
            chosen.initial = next(iter(self.structures))
        if not earlier:
            del self.fields["resume"]
        else:
            resumed: Any = self.fields["resume"]
            resumed.choices = [
                ("", "Non, une candidature neuve"),
                *(
                    (
                        key,
                        f"Oui, reprendre ma candidature de {one.edition.year} : « {one.title or one} »",
                    )
                    for key, one in self.earlier.items()
                ),
            ]
            resumed.initial = ""

    def clean_siret(self) -> str:
        written = self.cleaned_data["siret"]
        if not written.strip():
            return ""
        try:
            return identifiers.siret(written)
        except CellError:
            raise forms.ValidationError(
                "Ce SIRET n'existe pas : quatorze chiffres, dont le dernier est une clé."
            ) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("for_whom") == ELSEWHERE and not cleaned.get("name", "").strip():
            self.add_error("name", "Écrivez le nom de votre structure.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """Arguments of `begin`."""
        told = self.cleaned_data
        structure = self.structures.get(told["for_whom"])
        is_new = structure is None
        return {
            "structure": structure,
            "name": told["name"] if is_new else "",
            "siret": told["siret"] if is_new else "",
            "resume_from": self.earlier.get(told.get("resume") or ""),
        }


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Adresse e-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(
        label="Cette personne pourra",
        choices=[
            (WriterKind.EDITOR, "écrire"),
            (WriterKind.READER, "lire seulement"),
            (WriterKind.OWNER, "écrire, inviter et déposer"),
        ],
        initial=WriterKind.EDITOR,
        widget=forms.RadioSelect,
    )


class DepositForm(forms.Form):
    """`committed` is asked when a rule of the call asks for the contract of republican commitment."""

    signed_as = forms.CharField(
        label="En quelle qualité déposez-vous ?",
        max_length=160,
        help_text="Par exemple : présidente ; directeur, avec pouvoir de la présidente du 3 janvier 2026.",
    )
    committed = forms.BooleanField(
        label="La structure respecte le contrat d'engagement républicain et en informe ses membres",
        help_text="Loi n° 2000-321 du 12 avril 2000, article 10-1, et décret n° 2021-1947 du 31 décembre 2021 "
        "(textes lus le 22 novembre 2026).",
        error_messages={"required": "Cochez cette case pour déposer."},
    )
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, must_commit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not must_commit:
            del self.fields["committed"]


class MessageForm(forms.Form):
    text = forms.CharField(
        label="Votre message", max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    file = forms.FileField(
        label="Fichier joint", required=False, help_text="PDF, bureautique ou image, 10 Mo au plus."
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label="Je retire cette candidature : c'est définitif",
        error_messages={"required": "Cochez cette case pour retirer la candidature."},
    )
