"""What registers and files say of the partners of a file, on a day. Nothing is written; silence is « à vérifier », never « non »."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from maillage.calls.enums import Outcome, RuleKind, StateAid
from maillage.calls.lib.words import in_euros, long_date
from maillage.calls.models import AidRecord, Application, Partner
from maillage.calls.queries.aids import DeMinimis, aids_of, de_minimis_of, received_between
from maillage.calls.queries.examining import SIRET_CHECK, answers_of
from maillage.structures.enums import State
from maillage.structures.lib.reference import source_label
from maillage.structures.models import Establishment, Label, Structure

LABELS = {
    SIRET_CHECK: "Établissement en activité",
    "label": "Agrément valable à la clôture",
    "aids": "Aides publiques déjà reçues",
    "de_minimis": "Cumul « de minimis » sur trois ans",
    "double_funding": "Aides publiques et coût du projet",
}
_OUR_FILES = "Fichiers d'aides lus par la collectivité"


@dataclass(frozen=True, slots=True)
class Check:
    """`evidence["text"]` is the sentence that is shown."""

    code: str
    outcome: Outcome
    text: str
    partner: int | None = None
    source: str = ""
    source_on: date | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def evidence(self) -> dict[str, Any]:
        return {"text": self.text} | self.more


def checks_now(application: Application, now: datetime) -> list[Check]:
    """Every check of every partner, the lead first; then those of the file as a whole."""
    found: list[Check] = []
    partners = list(application.partners.select_related("structure"))
    for one in sorted(partners, key=lambda one: (one.role != "lead", one.pk)):
        found += [
            siret_check(one),
            *label_checks(one, application, now),
            *aid_checks(one, application, now),
        ]
    found += double_funding(application)
    return found


def siret_check(partner: Partner) -> Check:
    """Whether the establishment is open, as our copy of Sirene says."""
    place = _place_of(partner)
    if place is None:
        text = (
            f"Le SIRET {partner.siret} n'est pas dans nos registres."
            if partner.siret
            else "Aucun SIRET n'est donné."
        )
        return Check(SIRET_CHECK, Outcome.TO_CHECK, text, partner.pk)
    source, on = _origin(place.provenance, "state")
    ended = place.state != State.ACTIVE or place.structure.state != State.ACTIVE
    day = place.closed_on or place.structure.ceased_on
    since = f" depuis le {long_date(day)}" if day else ""
    text = (
        f"L'établissement {place.siret} a cessé{since}."
        if ended
        else f"L'établissement {place.siret} est en activité."
    )
    return Check(SIRET_CHECK, Outcome.NO if ended else Outcome.YES, text, partner.pk, source, on)


def label_checks(partner: Partner, application: Application, now: datetime) -> Iterator[Check]:
    """Each label that the rules of the call name, on the day it closes; an absence proves nothing."""
    codes = {
        str(code)
        for rule in application.edition.rules.all()
        if rule.kind in {RuleKind.LABEL, RuleKind.FORM_OR_LABEL}
        for code in _listed(rule.value.get("labels"))
    }
    if not codes or partner.role != "lead":
        return
    on = timezone.localdate(application.edition.closes_at or now)
    day = long_date(on)
    held = list(
        Label.objects.filter(structure=partner.structure_id, term__code__in=codes).select_related(
            "term"
        )
        if partner.structure_id
        else Label.objects.none()
    )
    if not held:
        yield Check(
            "label",
            Outcome.TO_CHECK,
            "Aucun agrément demandé n'est connu : demandez la décision.",
            partner.pk,
        )
    for one in held:
        begins = one.valid_from is None or one.valid_from <= on
        ends = one.valid_to is None or on <= one.valid_to
        if one.valid_to is None:
            outcome, text = Outcome.TO_CHECK, f"{one.term.label} : la date de fin n'est pas connue."
        elif begins and ends:
            outcome, text = (
                Outcome.YES,
                f"{one.term.label} : valable le {day}, jusqu'au {long_date(one.valid_to)}.",
            )
        else:
            outcome, text = Outcome.NO, f"{one.term.label} : n'est pas valable le {day}."
        more = {"label": one.term.code}
        yield Check(
            "label", outcome, text, partner.pk, source_label(one.source), one.source_date, more
        )


def aid_checks(partner: Partner, application: Application, now: datetime) -> Iterator[Check]:
    """Aid known, and the sum of de minimis aid with what is asked."""
    edition = application.edition
    siren, rna = _numbers(partner)
    today = timezone.localdate(now)
    if not siren and not rna:
        yield Check(
            "aids", Outcome.TO_CHECK, "Sans SIREN ni RNA, rien ne peut être cherché.", partner.pk
        )
        return
    rows = aids_of(edition.space, siren=siren, rna=rna)
    latest = rows.filter(decided_on__isnull=False).first()
    count = rows.count()
    read_on = _files_read_on(edition.space_id)
    if not count:
        text = (
            "Aucune aide n'est connue dans les fichiers lus."
            if read_on
            else "Aucun fichier d'aides n'a été lu."
        )
        yield Check(
            "aids", Outcome.TO_CHECK, text, partner.pk, _OUR_FILES if read_on else "", read_on
        )
    else:
        last = (
            f", la dernière le {long_date(latest.decided_on)}"
            if latest and latest.decided_on
            else ""
        )
        plural = "s" if count > 1 else ""
        text = f"{count} aide{plural} connue{plural}{last}."
        yield Check("aids", Outcome.YES, text, partner.pk, _OUR_FILES, read_on)
    if edition.state_aid in {StateAid.DE_MINIMIS, StateAid.SGEI}:
        asked = (
            partner.amount if partner.amount is not None else application.requested
        ) or Decimal(0)
        found = de_minimis_of(
            edition.space, siren=siren, rna=rna, on=today, ceiling=edition.de_minimis_ceiling
        )
        yield _de_minimis(found, asked, partner, read_on)


def _de_minimis(found: DeMinimis, asked: Decimal, partner: Partner, read_on: date | None) -> Check:
    level = found.level(asked)
    outcome = {"under": Outcome.YES, "above": Outcome.NO}.get(level, Outcome.TO_CHECK)
    if read_on is None and not found.declared and outcome == Outcome.YES:
        outcome = Outcome.TO_CHECK  # nothing was read and nothing was told: that proves nothing
    sums = (
        f"{in_euros(found.total)} depuis le {long_date(found.since)} (déclaré {in_euros(found.declared)}, "
        f"connu {in_euros(found.known)}, attribué ici {in_euros(found.own)}), et {in_euros(asked)} demandés"
    )
    ceiling = in_euros(found.ceiling) if found.ceiling is not None else ""
    ends = {
        "unknown": "l'appel ne dit pas de plafond.",
        "under": f"sous le plafond de {ceiling}.",
        "near": f"plus de 80 % du plafond de {ceiling} : demandez une déclaration à jour.",
        "above": f"au-dessus du plafond de {ceiling}.",
    }
    more = {"total": str(found.total), "asked": str(asked), "level": level}
    return Check(
        "de_minimis", outcome, f"{sums} : {ends[level]}", partner.pk, _OUR_FILES, read_on, more
    )


def double_funding(application: Application) -> Iterator[Check]:
    """A hint: public money (accounts 74 of the budget, what is asked, what is known for the same months) above the cost."""
    cost = application.total_cost
    if not cost:
        return
    planned = _public_products(answers_of(application))
    asked = application.requested or Decimal(0)
    public = max(planned, asked)
    if public > cost:
        text = f"Le budget compte {in_euros(public)} d'aides publiques pour un coût de {in_euros(cost)}."
        yield Check("double_funding", Outcome.NO, text, more={"public": str(public)})
        return
    lead = application.partners.filter(role="lead").select_related("structure").first()
    first, last = application.starts_on, application.ends_on
    if lead is not None and first and last:
        siren, rna = _numbers(lead)
        known = received_between(
            application.edition.space, siren=siren, rna=rna, first=first, last=last
        )
        if known + asked > cost:
            text = (
                f"{in_euros(known)} d'aides connues pendant le projet, et {in_euros(asked)} demandés, pour un coût de "
                f"{in_euros(cost)} : vérifiez qu'elles ne paient pas la même dépense."
            )
            yield Check("double_funding", Outcome.TO_CHECK, text, more={"known": str(known)})
            return
    text = f"{in_euros(public)} d'aides publiques annoncées, pour un coût de {in_euros(cost)}."
    yield Check("double_funding", Outcome.YES, text, more={"public": str(public)})


def _public_products(answers: dict[str, Any]) -> Decimal:
    """Accounts 74 (subsidies) of the budget tables, as typed: `lib/form.py` says their shape."""
    total = Decimal(0)
    for value in answers.values():
        lines = value.get("produits") if isinstance(value, dict) else None
        for line in lines if isinstance(lines, list) else ():
            if isinstance(line, dict) and str(line.get("account", "")).startswith("74"):
                total += _decimal(line.get("amount"))
    return total


def _decimal(value: object) -> Decimal:
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return Decimal(0)
    return found if found.is_finite() and found > 0 else Decimal(0)


def _place_of(partner: Partner) -> Establishment | None:
    if not partner.siret:
        return None
    return Establishment.objects.filter(siret=partner.siret).select_related("structure").first()


def _numbers(partner: Partner) -> tuple[str, str]:
    structure: Structure | None = partner.structure
    siren = partner.siret[:9] or (structure.siren or "" if structure else "")
    return siren, partner.rna or (structure.rna or "" if structure else "")


def _origin(provenance: Any, name: str) -> tuple[str, date | None]:
    told = provenance.get(name) if isinstance(provenance, dict) else None
    if not isinstance(told, dict):
        return "Annuaire", None
    raw = str(told.get("date") or told.get("at") or "")[:10]
    try:
        on = date.fromisoformat(raw)
    except ValueError:
        on = None
    return source_label(told["source"]) if told.get("source") else "Annuaire", on


def _files_read_on(space: int) -> date | None:
    rows = AidRecord.objects.filter(space=space, batch__isnull=False).order_by("-batch__at")
    at = rows.values_list("batch__at", flat=True).first()
    return timezone.localdate(at) if at else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
