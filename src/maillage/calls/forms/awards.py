"""What agents and beneficiaries fill in about awards."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from maillage.calls.enums import AwardStatus, InstalmentStatus
from maillage.calls.models import Edition

_DATE = {"type": "date"}
_CENTS: dict[str, Any] = {
    "max_digits": 12,
    "decimal_places": 2,
    "min_value": Decimal("0.01"),
    "localize": False,
}


def _day(label: str, *, required: bool = True, about: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=about,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
    )


def _words(
    label: str, most: int, *, required: bool = True, about: str = "", rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=about,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class SearchForm(forms.Form):
    """Filters of the list, in the address; what is unknown is ignored."""

    q = forms.CharField(label="Bénéficiaire, projet ou numéro", max_length=120, required=False)
    appel = forms.ChoiceField(label="Appel", required=False)
    etat = forms.ChoiceField(label="État", required=False)
    retard = forms.BooleanField(label="Bilan en retard", required=False)

    def __init__(self, *args: Any, editions: list[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appel"].choices = [
            ("", "Tous"),
            *((str(one.pk), one.title) for one in editions),
        ]  # type: ignore[attr-defined]
        states = [one for one in AwardStatus.choices if one[0] != AwardStatus.PROPOSED]
        self.fields["etat"].choices = [("", "Tous"), *states]  # type: ignore[attr-defined]


class PaymentsForm(forms.Form):
    etat = forms.ChoiceField(
        label="Versements", required=False, choices=[("", "Tous"), *InstalmentStatus.choices]
    )


class ReasonForm(forms.Form):
    reason = _words("Motif", 500)


class AcceptForm(forms.Form):
    year_ends_on = _day(
        "Fin de votre exercice comptable",
        about="Le bilan est attendu quelques mois après cette date.",
    )


class YearEndForm(forms.Form):
    year_ends_on = _day("Fin de l'exercice du bénéficiaire", about="La date du bilan en dépend.")


class PayForm(forms.Form):
    on = _day("Payé le")
    voucher = forms.CharField(label="Numéro de mandat", max_length=60)


class ConditionForm(forms.Form):
    on = _day("Condition remplie le")


class NoteForm(forms.Form):
    note = forms.CharField(label="Pourquoi", max_length=300)


class AgreementForm(forms.Form):
    representative = forms.CharField(
        label="Représentant légal du bénéficiaire", max_length=160, help_text="Nom et qualité."
    )
    years = forms.IntegerField(label="Durée (années)", min_value=1, max_value=4, initial=1)
    surplus_kept = forms.BooleanField(
        label="Le bénéficiaire peut garder la part non dépensée, sous conditions",
        required=False,
        help_text="Loi n° 2021-875 du 1er juillet 2021.",
    )
    redistribution = _words(
        "Reversement à des partenaires",
        2000,
        required=False,
        about="Un partenaire et son montant par ligne. Vide : aucun reversement n'est autorisé (CGCT, article L. 1611-4).",
    )


class SignatureForm(forms.Form):
    beneficiary_on = _day("Signée par le bénéficiaire le", required=False)
    authority_on = _day("Signée par la collectivité le", required=False)
    copy = forms.FileField(
        label="Exemplaire signé", required=False, help_text="PDF ou image, 10 Mo au plus."
    )


class SignedCopyForm(forms.Form):
    beneficiary_on = _day("Signée le")
    copy = forms.FileField(label="Exemplaire signé", help_text="PDF ou photo, 10 Mo au plus.")


class RecoveryForm(forms.Form):
    amount = forms.DecimalField(label="Somme à reverser (€)", **_CENTS)
    reason = _words("Motif", 2000)
    due_on = _day("À reverser avant le")


class ReceivedForm(forms.Form):
    on = _day("Reversé le")


class CallForm(forms.Form):
    """Calling a file of the waiting list."""

    amount = forms.DecimalField(label="Montant attribué (€)", **_CENTS)
    decision_ref = forms.CharField(
        label="Délibération", max_length=120, required=False, help_text="Vide : celle de l'appel."
    )
    decision_on = _day("Prise le", required=False)
    reason = forms.CharField(
        label="Pourquoi ce dossier, s'il n'est pas le premier", max_length=500, required=False
    )


class TemplateForm(forms.Form):
    subject = forms.CharField(
        label="Objet", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    body = forms.CharField(
        label="Texte",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Une ligne vide sépare les paragraphes ; « ## » ouvre un titre, « - » un point d'une liste.",
    )
    signatory_title = forms.CharField(label="Qualité du signataire", max_length=200, required=False)
    signatory = forms.CharField(label="Signataire", max_length=160, required=False)


class SettingsForm(forms.Form):
    """Thresholds and delays of a call: texts of law change, the call says which it follows."""

    convention_from = forms.DecimalField(
        label="Convention obligatoire au-delà de (€ par an)",
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(0),
        localize=False,
        help_text="23 000 € : loi n° 2000-321, article 10, et décret n° 2001-495 (lus en novembre 2026).",
    )
    payment_days = forms.IntegerField(
        label="Délai de paiement (jours)",
        min_value=1,
        max_value=365,
        help_text="60 jours : loi n° 2021-875 du 1er juillet 2021, article 2 (lue en novembre 2026).",
    )
    report_months = forms.IntegerField(
        label="Bilan attendu après la fin de l'exercice (mois)",
        min_value=1,
        max_value=24,
        help_text="6 mois : arrêté du 11 octobre 2006, compte rendu financier (lu en novembre 2026).",
    )


class ReasonsForm(forms.Form):
    text = _words(
        "Motifs envoyés au candidat",
        4000,
        about="Sans note ni nom de juré. Le candidat les lit dans sa lettre.",
        rows=12,
    )


class ExaminationForm(forms.Form):
    spent = forms.DecimalField(
        label="Part de la subvention réellement dépensée (€)",
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(0),
        localize=False,
        help_text="Le solde est payé jusqu'à cette somme ; au-dessous de ce qui est déjà payé, un reversement est proposé.",
    )
    text = _words("Remarque envoyée au bénéficiaire", 2000, required=False)


class SendBackForm(forms.Form):
    text = _words("Ce qui manque", 2000)


def today_of(form: forms.Form, day: date) -> forms.Form:
    """The same form, with `day` proposed in its `on`."""
    form.fields["on"].initial = day
    return form
