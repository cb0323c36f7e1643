"""Forms of the legal pages, of the register and of people's requests."""

from typing import Any

from django import forms
from stdnum.fr import siret

from maillage.core.public_form import PublicForm
from maillage.portal.forms.layout import Sections, date_input, url_field
from maillage.spaces.models import (
    AccessibilityStatement,
    LegalInformation,
    ProcessingActivity,
    Right,
)
from maillage.structures.actions.suppress import SUPPRESSIBLE


class ContactForm(PublicForm):
    name = forms.CharField(
        label="Votre nom",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Votre adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Pour vous répondre, et rien d'autre.",
    )
    topic = forms.CharField(label="Objet", max_length=120)
    message = forms.CharField(
        label="Message", max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )


class RightForm(PublicForm):
    right = forms.ChoiceField(
        label="Je veux", choices=Right.choices, initial=Right.OPPOSITION, widget=forms.RadioSelect
    )
    page = forms.CharField(
        label="Page concernée",
        max_length=300,
        required=False,
        help_text="L'adresse de la page où figure l'information, si vous la connaissez.",
    )
    reason = forms.CharField(
        label="Votre demande",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Quelle information, et pourquoi. Ne donnez ni pièce d'identité ni donnée de santé.",
    )
    email = forms.EmailField(
        label="Adresse e-mail pour vous répondre",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AnswerForm(forms.Form):
    """The agent's answer. `hide` is offered when the structure is known."""

    verdict = forms.ChoiceField(
        label="Décision",
        choices=[("accept", "Accepter"), ("refuse", "Refuser")],
        widget=forms.RadioSelect,
    )
    hide = forms.MultipleChoiceField(
        label="Retirer de la fiche",
        choices=[(key, label[0].upper() + label[1:]) for key, label in SUPPRESSIBLE.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les prochains imports ne le remettront pas.",
    )
    answer = forms.CharField(
        label="Réponse envoyée à la personne",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Un refus dit son motif (RGPD, article 12-4).",
    )

    def __init__(self, *args: Any, with_structure: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_structure:
            del self.fields["hide"]


class StructurePageForm(forms.Form):
    page = forms.CharField(
        label="Adresse de la fiche",
        max_length=300,
        help_text="Copiez l'adresse de la page publique.",
    )


class LegalForm(Sections, forms.ModelForm[LegalInformation]):
    fieldsets = (
        (
            "Qui publie",
            ("publisher_siret", "publisher_address", "publisher_phone", "director", "credits"),
        ),
        ("Qui héberge", ("host_name", "host_address", "host_phone")),
        (
            "Qui protège les données",
            ("dpo_name", "dpo_email", "dpo_address", "joint_controllers"),
        ),
    )

    class Meta:
        model = LegalInformation
        fields = (
            "publisher_siret",
            "publisher_address",
            "publisher_phone",
            "director",
            "credits",
            "host_name",
            "host_address",
            "host_phone",
            "dpo_name",
            "dpo_email",
            "dpo_address",
            "joint_controllers",
        )
        widgets = {"credits": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "publisher_siret": "Quatorze chiffres. Il signe les données ouvertes des subventions.",
            "director": "Pour une collectivité, en général la personne qui la préside ou le maire.",
            "host_name": "Dénomination de l'entreprise ou du service qui fait tourner le serveur.",
            "dpo_name": "Un service suffit : « Délégué à la protection des données ».",
            "dpo_email": "De préférence une adresse générique, comme dpo@….",
            "joint_controllers": "Autres collectivités qui décident avec vous, s'il y en a (RGPD, article 26).",
            "credits": "Photos, logos, licences des textes.",
        }

    def clean_publisher_siret(self) -> str:
        value = siret.compact(self.cleaned_data["publisher_siret"])
        if value and not siret.is_valid(value):
            raise forms.ValidationError(
                "Ce SIRET n'est pas juste : vérifiez ses quatorze chiffres."
            )
        return value


class StatementForm(Sections, forms.ModelForm[AccessibilityStatement]):
    schema_url = url_field("Schéma pluriannuel")
    plan_url = url_field("Plan d'action de l'année")
    fieldsets = (
        ("L'audit", ("audited_on", "auditor", "rate", "established_on")),
        ("Ce qui n'est pas accessible", ("failures", "burdens", "exempt")),
        ("Comment on a vérifié", ("tests", "sample")),
        ("Pour aller plus loin", ("feedback_email", "schema_url", "plan_url")),
    )

    class Meta:
        model = AccessibilityStatement
        fields = (
            "audited_on",
            "auditor",
            "rate",
            "established_on",
            "failures",
            "burdens",
            "exempt",
            "tests",
            "sample",
            "feedback_email",
            "schema_url",
            "plan_url",
        )
        localized_fields = ("rate",)
        widgets = {
            "audited_on": date_input(),
            "established_on": date_input(),
            **{
                name: forms.Textarea(attrs={"rows": 4})
                for name in ("failures", "burdens", "exempt", "tests", "sample")
            },
        }
        help_texts = {
            "audited_on": "Laissez vide sans audit : le site est alors « non conforme ».",
            "rate": "Part des critères applicables qui sont respectés, de 0 à 100.",
            "failures": "Une par ligne.",
            "burdens": "Une par ligne, avec sa justification.",
            "exempt": "Par exemple le fond de carte, dont la liste donne l'équivalent.",
            "tests": "Navigateurs, lecteurs d'écran et outils employés.",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (values.get("rate") is None) != (values.get("audited_on") is None):
            self.add_error("rate", "La date de l'audit et son taux vont ensemble.")
        return values


class SheetForm(forms.ModelForm[ProcessingActivity]):
    class Meta:
        model = ProcessingActivity
        fields = (
            "is_used",
            "name",
            "purpose",
            "legal_basis",
            "people",
            "data",
            "source",
            "recipients",
            "retention",
            "transfers",
            "security",
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in (
                "purpose",
                "people",
                "data",
                "source",
                "recipients",
                "retention",
                "transfers",
                "security",
            )
        }
        help_texts = {
            "is_used": "Décochez si votre espace ne fait pas ce traitement : la fiche n'est plus montrée.",
            "legal_basis": "L'intérêt légitime n'est pas ouvert aux autorités publiques dans leurs missions.",
            "retention": "Ce qui s'ajoute aux durées que la plateforme applique elle-même, affichées sous ce texte.",
        }
