"""What to show on another site, how large, and who may."""

from typing import Any

import httpx
from django import forms

from maillage.core.embeds import Embed
from maillage.portal.queries.embeds import LOWEST, NARROWEST, TALLEST, WIDEST

MOST_SITES = 20


class FrameForm(forms.Form):
    """Read from the address of the page: each state of the screen can be kept and sent."""

    quoi = forms.ChoiceField(label="Que voulez-vous montrer ?", widget=forms.RadioSelect)
    hauteur = forms.IntegerField(
        label="Hauteur, en pixels",
        required=False,
        min_value=LOWEST,
        max_value=TALLEST,
        help_text="Sans réponse : celle que nous conseillons.",
    )
    largeur = forms.IntegerField(
        label="Largeur au plus, en pixels",
        required=False,
        min_value=NARROWEST,
        max_value=WIDEST,
        help_text="Sans réponse : toute la place, du téléphone au grand écran.",
    )

    def __init__(self, data: Any, kinds: dict[str, Embed]) -> None:
        super().__init__(data)
        self.fields["quoi"].choices = [(kind.code, kind.label) for kind in kinds.values()]  # type: ignore[attr-defined]


class SitesForm(forms.Form):
    sites = forms.CharField(
        label="Sites qui peuvent afficher cet espace",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text="Une adresse par ligne, comme https://www.ville.example. Aucune : tous les sites peuvent.",
    )

    def clean_sites(self) -> list[str]:
        """Origins in ASCII, once each, in order."""
        lines = [line.strip() for line in self.cleaned_data["sites"].splitlines() if line.strip()]
        if len(lines) > MOST_SITES:
            raise forms.ValidationError(
                f"{MOST_SITES} sites au plus : vous en avez mis {len(lines)}."
            )
        return list(dict.fromkeys(_origin(line) for line in lines))


def _origin(line: str) -> str:
    try:
        url = httpx.URL(line)
        host = url.raw_host.decode("ascii").lower().removesuffix(".")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise forms.ValidationError(f"« {line} » n'est pas une adresse lisible.") from error
    if url.scheme != "https":
        raise forms.ValidationError(f"« {line} » : l'adresse doit commencer par https://.")
    plain = not (url.userinfo or url.query or url.fragment or url.path not in {"", "/"})
    named = "." in host and all(part.replace("-", "").isalnum() for part in host.split("."))
    if not (plain and named and line.isprintable()):
        raise forms.ValidationError(
            f"« {line} » : gardez le début seulement, comme https://www.ville.example."
        )
    port = f":{url.port}" if url.port not in {None, 443} else ""
    return f"https://{host}{port}"
