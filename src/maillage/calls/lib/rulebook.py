"""The rules of a call in words: the same tree for its page and for its PDF."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from maillage.calls.enums import InstalmentKind, Severity
from maillage.calls.lib.calendar import dates_of
from maillage.calls.lib.moments import moment_words
from maillage.calls.lib.words import in_euros, in_percent, long_date

if TYPE_CHECKING:
    from maillage.calls.models import Criterion, Edition, EditionEvent, EligibilityRule


@dataclass(frozen=True)
class Term:
    """A rule of eligibility in words. `legal` carries its date."""

    label: str
    text: str
    weight: str
    legal: str = ""


@dataclass(frozen=True)
class Measure:
    """A criterion: what each score means, from 0."""

    label: str
    text: str
    weight: str
    levels: tuple[tuple[int, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Rulebook:
    """`money`, `reading` are sentences; `dates` `(label, words)`."""

    money: list[str] = field(default_factory=list)
    instalments: list[str] = field(default_factory=list)
    dates: list[tuple[str, str]] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
    law: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


_WEIGHT = {
    Severity.BLOCKING: "obligatoire",
    Severity.TO_CHECK: "vérifié par le service",
    Severity.INDICATIVE: "indicatif",
}


def rulebook_of(
    edition: "Edition",
    rules: "list[EligibilityRule]",
    criteria: "list[Criterion]",
    events: "list[EditionEvent]",
) -> Rulebook:
    return Rulebook(
        money=_money(edition),
        instalments=_instalments(edition),
        dates=[(one.label, one.words) for one in dates_of(edition)],
        terms=[_term(one) for one in rules],
        measures=[_measure(one) for one in criteria],
        reading=_reading(edition),
        law=_law(edition),
        changes=[_change(one) for one in events],
    )


def _money(edition: "Edition") -> list[str]:
    lines = []
    if edition.envelope is not None:
        lines.append(f"Enveloppe : {in_euros(edition.envelope.amount)}.")
    if edition.amount_max is not None:
        least = f"De {in_euros(edition.amount_min)} à " if edition.amount_min else "Jusqu'à "
        lines.append(f"{least}{in_euros(edition.amount_max)} par projet.")
    if edition.max_rate is not None:
        lines.append(f"L'aide paie au plus {in_percent(edition.max_rate)} du coût du projet.")
    if edition.min_own_funds is not None:
        lines.append(f"Au moins {in_percent(edition.min_own_funds)} de fonds propres.")
    if edition.awards_max is not None:
        lines.append(f"{edition.awards_max} lauréats au plus.")
    if edition.one_award_each:
        lines.append("Une seule aide par structure.")
    return lines


def _instalments(edition: "Edition") -> list[str]:
    labels = dict(InstalmentKind.choices)
    return [
        f"{str(labels.get(one.get('kind'), 'versement')).capitalize()} de {in_percent(one.get('percent') or 0)}"
        + (
            f" : {one['condition'][:1].lower()}{one['condition'][1:]}"
            if one.get("condition")
            else ""
        )
        + "."
        for one in edition.instalments
    ]


def _term(rule: "EligibilityRule") -> Term:
    dated = f" (version du {long_date(rule.legal_ref_on)})" if rule.legal_ref_on else ""
    return Term(
        label=rule.label,
        text=rule.explanation_ko or rule.explanation_ok,
        weight=_WEIGHT[Severity(rule.severity)],
        legal=f"{rule.legal_ref}{dated}" if rule.legal_ref else "",
    )


def _measure(one: "Criterion") -> Measure:
    note = ""
    if one.floor is not None:
        note = f"Une note moyenne sous {one.floor} écarte le dossier."
    if one.is_independent:
        note = f"{note} Montré au jury, hors du total.".strip()
    return Measure(
        label=one.label,
        text=one.description,
        weight="" if one.is_independent else f"{in_percent(one.weight)}",
        levels=tuple((rank, str(words)) for rank, words in enumerate(one.anchors) if words),
        note=note,
    )


def _reading(edition: "Edition") -> list[str]:
    said: dict[str, Any] = edition.reading
    times = edition.reviews_wanted
    lines = [
        f"Chaque dossier est lu {times} fois." if times > 1 else "Chaque dossier est lu une fois."
    ]
    if edition.is_blind:
        lines.append("Les lecteurs ne voient pas le nom des candidats.")
    if edition.is_sealed:
        lines.append("Personne n'ouvre un dossier avant la clôture.")
    lines.append(
        "La note d'un dossier est la "
        + ("médiane" if said.get("score") == "median" else "moyenne")
        + " de ses lectures ; le classement suit "
        + (
            "les notes corrigées de la sévérité de chaque lecteur."
            if said.get("official") == "adjusted"
            else "les notes brutes."
        )
    )
    if said.get("floor"):
        lines.append(f"Un dossier noté sous {said['floor']} sur 100 n'est pas retenu.")
    if said.get("partial") and said["partial"] < 100:
        lines.append(f"Le jury peut proposer une partie de l'aide, au moins {said['partial']} % de la demande.")  # fmt: skip
    lines.append(
        "Le jury propose ; la collectivité décide. Chaque candidat reçoit une réponse motivée."
    )
    return lines


def _law(edition: "Edition") -> list[str]:
    lines = []
    if edition.legal_basis:
        ref = f" ({edition.legal_ref})" if edition.legal_ref else ""
        lines.append(f"Fondement : {edition.legal_basis.strip()}{ref}")
    if edition.deliberation_ref:
        on = f" du {long_date(edition.deliberation_on)}" if edition.deliberation_on else ""
        lines.append(f"Délibération {edition.deliberation_ref}{on}.")
    if edition.state_aid:
        regime = str(edition.get_state_aid_display())
        lines.append(f"Régime d'aide d'État : {regime}.")
    return lines


def _change(event: "EditionEvent") -> str:
    kind = str(event.get_kind_display()).capitalize()
    until = f" Nouvelle clôture : {moment_words(event.after)}." if event.after else ""
    return f"{kind} du {long_date(event.at)} : {event.text}{until}"
