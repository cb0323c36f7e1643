"""What is typed to prepare and hold a session of a jury, and to decide on it."""

from typing import Any

from django import forms

from maillage.calls.actions.jury.holding import SessionPlan
from maillage.calls.actions.jury.proposing import Proposal
from maillage.calls.enums import JuryOutcome
from maillage.calls.models import Edition, JurySession


def _text(rows: int, longest: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": longest})


class SessionForm(forms.Form):
    title = forms.CharField(label="Titre de la séance", max_length=160, initial="Séance du jury")
    starts_at = forms.SplitDateTimeField(
        label="Commence le (heure de Paris)",
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date"}, time_attrs={"type": "time"}, date_format="%Y-%m-%d"
        ),
    )
    place = forms.CharField(label="Lieu", max_length=250, required=False)
    video_url = forms.URLField(
        label="Lien de visioconférence", max_length=300, required=False, assume_scheme="https"
    )
    quorum = forms.IntegerField(
        label="Quorum",
        min_value=1,
        max_value=99,
        help_text="Nombre de membres présents et non récusés. Il vaut aussi pour chaque dossier.",
    )
    jurors = forms.MultipleChoiceField(
        label="Membres convoqués", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = edition.jurors.filter(left_at=None, votes=True).select_related("user")
        self.fields["jurors"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.user}{', ' + one.title if one.title else ''}") for one in rows
        ]

    def plan(self) -> SessionPlan:
        said = self.cleaned_data
        return SessionPlan(
            title=said["title"],
            starts_at=said["starts_at"],
            quorum=said["quorum"],
            jurors=tuple(int(one) for one in said["jurors"]),
            place=said["place"],
            video_url=said["video_url"],
        )


def session_initial(session: JurySession) -> dict[str, Any]:
    return {
        "title": session.title,
        "starts_at": session.starts_at,
        "place": session.place,
        "video_url": session.video_url,
        "quorum": session.quorum,
        "jurors": [str(pk) for pk in session.seats.values_list("juror", flat=True)],
    }


class ProposalForm(forms.Form):
    outcome = forms.ChoiceField(
        label="Le jury propose de",
        choices=[(one.value, one.label.capitalize()) for one in JuryOutcome],
        widget=forms.RadioSelect,
    )
    amount = forms.DecimalField(
        label="Montant proposé (€)",
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        localize=True,
    )
    rank = forms.IntegerField(
        label="Rang en liste d'attente", min_value=1, max_value=999, required=False
    )
    votes_for = forms.IntegerField(label="Pour", min_value=0, max_value=99, initial=0)
    votes_against = forms.IntegerField(label="Contre", min_value=0, max_value=99, initial=0)
    votes_blank = forms.IntegerField(label="Abstentions", min_value=0, max_value=99, initial=0)
    reasons = forms.CharField(
        label="Motifs, au procès-verbal",
        max_length=4000,
        required=False,
        widget=_text(3, 4000),
    )
    conditions = forms.CharField(
        label="Conditions", max_length=2000, required=False, widget=_text(2, 2000)
    )
    feedback = forms.CharField(
        label="Ce qui sera dit au candidat",
        help_text="Envoyé seulement après la décision de l'autorité, à la notification. Demandé pour un refus.",
        max_length=4000,
        required=False,
        widget=_text(3, 4000),
    )
    override_reason = forms.CharField(
        label="Motif de l'écart au scénario retenu ou au classement",
        max_length=500,
        required=False,
        widget=_text(2, 500),
    )

    def proposal(self) -> Proposal:
        said = self.cleaned_data
        return Proposal(**{**said, "amount": said["amount"] or 0})


class DecisionForm(forms.Form):
    reference = forms.CharField(
        label="Référence de la délibération",
        max_length=120,
        help_text="Par exemple « CP 2027-03-12, rapport 14 ».",
    )
    on = forms.DateField(
        label="Date de la délibération",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class StartForm(forms.Form):
    waiver = forms.CharField(
        label="Pourquoi commencer malgré des lectures manquantes",
        max_length=500,
        required=False,
        widget=_text(2, 500),
        help_text="Demandé seulement si un dossier a moins de lectures que prévu ; le motif reste au journal.",
    )


class CloseForm(forms.Form):
    remarks = forms.CharField(
        label="Observations, au procès-verbal",
        max_length=4000,
        required=False,
        widget=_text(3, 4000),
    )
