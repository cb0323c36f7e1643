"""Services, pictures, documents, links and teasers."""

from typing import Any

from django import forms

from maillage.portal.forms.layout import date_input, url_field
from maillage.portal.forms.seen import Seen
from maillage.structures.enums import Axis, LinkKind, State
from maillage.structures.models import (
    Document,
    Establishment,
    Link,
    Picture,
    Service,
    Structure,
    Teaser,
    Term,
)


class KeptForm(Seen, forms.ModelForm[Any]):
    """`instance` is a row, or a new one of `structure`."""

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure
        self.compared = tuple(self._meta.fields or ())
        self.begin(self.instance)


class ServiceForm(KeptForm):
    url = url_field("Page du service", max_length=300)

    class Meta:
        model = Service
        fields = ("name", "description", "audience", "establishment", "fee", "access", "url")
        labels = {"name": "Nom du service", "audience": "Public", "establishment": "Lieu"}
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "name": "Par exemple « Réparation de vélos ».",
            "fee": "Par exemple « gratuit » ou « 5 € par atelier ».",
            "access": "Horaire, rendez-vous, pièce à apporter : ce qu'il faut savoir avant de venir.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience = self.fields["audience"]
        audience.queryset = Term.objects.filter(axis=Axis.AUDIENCE, ended_on__isnull=True)  # type: ignore[attr-defined]
        audience.empty_label = "Tout public"  # type: ignore[attr-defined]
        place = self.fields["establishment"]
        place.queryset = self.structure.establishments.filter(state=State.ACTIVE)  # type: ignore[attr-defined]
        place.label_from_instance = _place_name  # type: ignore[attr-defined]
        place.empty_label = "Partout, ou ailleurs"  # type: ignore[attr-defined]


def _place_name(place: Establishment) -> str:
    return place.name or f"{place.address} {place.postal_code}".strip() or "Lieu sans adresse"


class PictureForm(KeptForm):
    class Meta:
        model = Picture
        fields = ("alt", "credit")
        labels = {"alt": "Ce que l'on voit"}
        help_texts = {
            "alt": "Lu aux personnes qui ne voient pas la photo. Par exemple « Trois personnes réparent un vélo dans l'atelier ».",
            "credit": "Le nom de qui a pris la photo. Les personnes que l'on reconnaît ont donné leur accord.",
        }


class NewPictureForm(PictureForm):
    file = forms.FileField(
        label="Photo",
        help_text="JPEG, PNG ou WebP, 10 Mo au plus. Le lieu et l'appareil notés dans le fichier sont effacés.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    field_order = ("file", "alt", "credit")


class DocumentForm(KeptForm):
    class Meta:
        model = Document
        fields = ("title",)
        labels = {"title": "Titre"}
        help_texts = {"title": "Par exemple « Rapport d'activité 2025 »."}


class NewDocumentForm(DocumentForm):
    file = forms.FileField(
        label="Document",
        help_text="PDF, OpenDocument ou Office sans macros, 10 Mo au plus.",
    )
    field_order = ("file", "title")


class LinkForm(KeptForm):
    url = forms.URLField(label="Adresse", max_length=300, assume_scheme="https")

    class Meta:
        model = Link
        fields = ("kind", "url", "label")
        help_texts = {
            "label": "Vide pour un réseau social connu : son nom s'écrit seul.",
            "kind": "Bénévolat, stage, emploi et don s'affichent dans « Agir avec nous ».",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, text.capitalize()) for value, text in LinkKind.choices]
        self.fields["kind"].choices = [("", "Choisir"), *choices]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        others = self.structure.links.exclude(pk=self.instance.pk)
        if others.filter(url=url).exists():
            raise forms.ValidationError("Ce lien est déjà sur la fiche.")
        return url


class TeaserForm(KeptForm):
    class Meta:
        model = Teaser
        fields = ("kind", "text", "until")
        labels = {"kind": "La structure", "text": "En une phrase", "until": "Jusqu'au"}
        widgets = {"until": date_input()}
        help_texts = {
            "text": "Par exemple « un local de 40 m² à partager à Montreuil ».",
            "until": "Vide : jusqu'à ce que vous la retiriez.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("looking", "Recherche"), ("offering", "Propose")]  # type: ignore[attr-defined]


FORMS: dict[str, type[KeptForm]] = {
    "service": ServiceForm,
    "picture": PictureForm,
    "document": DocumentForm,
    "link": LinkForm,
    "teaser": TeaserForm,
}
NEW_FORMS: dict[str, type[KeptForm]] = FORMS | {
    "picture": NewPictureForm,
    "document": NewDocumentForm,
}
