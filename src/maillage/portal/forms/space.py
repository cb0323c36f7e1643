"""A space's own settings, its look, its people, its perimeter."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from maillage.core.images import image_kind
from maillage.portal.forms.layout import Sections, url_field
from maillage.spaces.models import Role, Space

LOGO_MAX_BYTES = 500_000
LOGO_MAX_SIDE = 2000


class IdentityForm(Sections, forms.ModelForm[Space]):
    website = url_field("Site de la collectivité")
    fieldsets = (
        ("Ce que voit le public", ("name", "tagline", "introduction", "is_public")),
        ("La collectivité", ("authority", "contact_email", "website")),
    )

    class Meta:
        model = Space
        fields = (
            "name",
            "tagline",
            "introduction",
            "is_public",
            "authority",
            "contact_email",
            "website",
        )
        widgets = {"introduction": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "tagline": "Une phrase sous le titre de la page d'accueil.",
            "is_public": "Décochez pour préparer l'espace : seuls vos agents le verront.",
            "contact_email": "Affichée au public, pour être référencé ou signaler une erreur.",
        }

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ColorsForm(forms.Form):
    color_main = forms.RegexField(
        r"^#[0-9A-Fa-f]{6}$",
        label="Couleur principale",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="Boutons et liens forts, sur fond blanc.",
        error_messages={
            "invalid": "Une couleur s'écrit # suivi de six chiffres ou lettres de A à F."
        },
    )
    color_ink = forms.RegexField(
        r"^#[0-9A-Fa-f]{6}$",
        label="Couleur de l'encre",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="Textes et bandeaux foncés.",
        error_messages={
            "invalid": "Une couleur s'écrit # suivi de six chiffres ou lettres de A à F."
        },
    )


class LogoForm(forms.Form):
    logo = forms.FileField(
        label="Logo",
        help_text="PNG, JPEG ou WebP, 500 ko et 2 000 pixels de côté au plus. Pas de SVG : il peut porter un programme.",
    )

    def clean_logo(self) -> UploadedFile:
        """The file, its name replaced by one that tells its true kind."""
        upload: UploadedFile = self.cleaned_data["logo"]
        if upload.size is None or upload.size > LOGO_MAX_BYTES:
            raise forms.ValidationError("Ce fichier dépasse 500 ko : réduisez l'image.")
        kind = image_kind(upload.read(LOGO_MAX_BYTES))
        upload.seek(0)
        if kind is None:
            raise forms.ValidationError("Ce fichier n'est pas une image PNG, JPEG ou WebP.")
        extension, width, height = kind
        if not (0 < width <= LOGO_MAX_SIDE and 0 < height <= LOGO_MAX_SIDE):
            raise forms.ValidationError("Cette image dépasse 2 000 pixels de côté : réduisez-la.")
        upload.name = f"logo.{extension}"
        return upload


class RoleForm(forms.Form):
    """A role, and the sort of a partner; `Role.Kind` and `Role.Partner` are what it gives."""

    kind = forms.ChoiceField(
        label="Rôle",
        choices=[
            (Role.Kind.AGENT.value, "Agent : structures, imports, doublons"),
            (Role.Kind.ADMINISTRATOR.value, "Administrateur : aussi les réglages et les personnes"),
            (Role.Kind.PARTNER.value, "Partenaire : voit les pages publiques, rien de la gestion"),
            (
                Role.Kind.JUROR.value,
                "Juré : lira les dossiers des appels, ne voit rien de la gestion",
            ),
        ],
        initial=Role.Kind.AGENT,
        widget=forms.RadioSelect,
    )
    partner_kind = forms.ChoiceField(
        label="Sorte de partenaire",
        choices=[("", "Pour un partenaire seulement"), *Role.Partner.choices],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") != Role.Kind.PARTNER:
            data["partner_kind"] = ""
        elif not data.get("partner_kind"):
            self.add_error("partner_kind", "Dites de quelle sorte de partenaire il s'agit.")
        return data


class InvitationForm(RoleForm):
    email = forms.EmailField(label="Adresse e-mail", max_length=254)
    name = forms.CharField(label="Prénom et nom", max_length=120, required=False)
    field_order = ("email", "name", "kind", "partner_kind")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class AddCommuneForm(forms.Form):
    commune = forms.CharField(
        label="Commune à ajouter",
        max_length=120,
        help_text="Code INSEE (93055) ou nom exact (Pantin).",
    )
