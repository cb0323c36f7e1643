"""What anybody fills in to say that something is missing."""

from typing import Any

from django import forms

from maillage.core.public_form import GuardedForm
from maillage.moderation.forms.commune import commune_code, commune_field
from maillage.observatory.actions.declare import LONGEST
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.queries.saying import by_theme
from maillage.structures.models import Structure
from maillage.territories.models import Neighbourhood

OTHER = "autre"


class SayForm(GuardedForm):
    """`needs` are those of the catalogue; `quarters` and `structures` are left out when there are none."""

    need = forms.ChoiceField(label="Ce qui manque")
    text = forms.CharField(
        label="Dites-le avec vos mots",
        max_length=LONGEST,
        required=False,
        strip=True,
        help_text=f"{LONGEST} caractères au plus. Ce texte sera publié, sans votre nom : ne nommez personne.",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
    )
    commune = forms.CharField()
    quarter = forms.ChoiceField(label="Quartier", required=False)
    structure = forms.ChoiceField(label="Vous parlez", required=False)
    email = forms.EmailField(
        label="Votre adresse e-mail",
        required=False,
        help_text="Seulement pour vous dire ce que cela devient. Jamais publiée, effacée un an après la réponse.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(
        self,
        *args: Any,
        needs: tuple[NeedSheet, ...],
        communes: list[tuple[str, str]],
        quarters: list[Neighbourhood],
        structures: list[Structure],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.communes = communes
        self.quarters = {one.code: one for one in quarters}
        self.structures = {str(one.pk): one for one in structures}
        self.commune_code = ""
        self._choices("need", [("", "Choisissez"), *by_theme(needs), (OTHER, "Autre chose")])
        self.fields["commune"] = commune_field(communes)
        if quarters:
            named = [(one.code, one.name) for one in quarters]
            self._choices("quarter", [("", "Toute la commune, ou je ne sais pas"), *named])
        else:
            del self.fields["quarter"]
        if structures:
            named = [(str(one.pk), f"Au nom de {one.name}") for one in structures]
            self._choices("structure", [("", "En mon nom, qui n'est pas publié"), *named])
        else:
            del self.fields["structure"]
        if not self.is_visitor:
            del self.fields["email"]

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("commune"):
            try:
                self.commune_code = commune_code(data["commune"], "", self.communes)
            except forms.ValidationError as error:
                self.add_error("commune", error)
        return data

    def values(self) -> dict[str, Any]:
        """What `declare_need` takes."""
        read = self.cleaned_data.get
        need = read("need") or ""
        return {
            "need_code": "" if need == OTHER else need,
            "commune": self.commune_code,
            "text": read("text") or "",
            "quarter": self.quarters.get(read("quarter") or ""),
            "structure": self.structures.get(read("structure") or ""),
            "email": read("email") or "",
            "token": self.token,
        }


def prefilled(
    asked: Any,
    *,
    needs: tuple[NeedSheet, ...],
    communes: list[tuple[str, str]],
    structure: Structure | None,
) -> dict[str, str]:
    """Initial values from an address (`besoin`, `commune`, `quartier`, `mots`): what is unknown is left empty."""
    code = str(asked.get("besoin", ""))
    known = {sheet.code for sheet in needs}
    words = " ".join(str(asked.get("mots", ""))[:200].split())
    return {
        "need": code if code in known else OTHER if code == OTHER or words else "",
        "commune": dict(communes).get(str(asked.get("commune", "")), ""),
        "quarter": str(asked.get("quartier", ""))[:20],
        "text": f"Je cherche : {words}. Je ne trouve personne près de chez moi." if words else "",
        "structure": str(structure.pk) if structure else "",
    }


class ShelfForm(forms.Form):
    """Filters of the public list; what is unknown is ignored."""

    besoin = forms.ChoiceField(label="Besoin", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(
        self,
        *args: Any,
        needs: tuple[NeedSheet, ...],
        communes: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        listed = [("", "Tous les besoins"), *by_theme(needs), (OTHER, "Autre chose")]
        self.fields["besoin"].choices = listed  # type: ignore[attr-defined]
        self.fields["commune"].choices = [("", "Tout le territoire"), *communes]  # type: ignore[attr-defined]

    def asked(self) -> tuple[str | None, str]:
        """Need (None: all, empty: none of the catalogue) and commune."""
        self.is_valid()
        need = self.cleaned_data.get("besoin") or ""
        return (
            None if not need else "" if need == OTHER else need,
            self.cleaned_data.get("commune") or "",
        )
