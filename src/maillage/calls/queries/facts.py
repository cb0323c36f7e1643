"""What our registers and the file itself know, as the rules of a call read it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from maillage.calls.enums import FactSource, RuleKind
from maillage.calls.lib.facts import Fact, Facts, Held, Terms, amount, declared
from maillage.calls.lib.words import PARIS, long_date
from maillage.calls.models import Application, Edition, EligibilityRule, Partner
from maillage.calls.queries.aid_facts import aids_of
from maillage.calls.queries.overdue import overdue_of
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import State
from maillage.structures.lib.reference import source_label
from maillage.structures.models import Establishment, LegalCategory, Structure, Term
from maillage.territories.models import Neighbourhood
from maillage.territories.queries import names_by_code

ZONE_WORDS = {"qpv": "quartier prioritaire de la politique de la ville (QPV)"}
# INSEE bands (tranche d'effectif salarié), as numbers.
BANDS: dict[str, tuple[int, int | None]] = {
    "NN": (0, 0), "00": (0, 0), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19),
    "12": (20, 49), "21": (50, 99), "22": (100, 199), "31": (200, 249), "32": (250, 499),
    "41": (500, 999), "42": (1000, 1999), "51": (2000, 4999), "52": (5000, 9999), "53": (10000, None),
}  # fmt: skip


def closing_day(edition: Edition, now: datetime) -> date:
    """The day on which labels must be valid and months are counted: the closing, in Paris."""
    return (edition.closes_at or now).astimezone(PARIS).date()


def terms_of(edition: Edition, rules: Sequence[EligibilityRule] | None = None) -> Terms:
    """What the call says once for all its rules, and the words of the codes that they name."""
    rules = list(edition.rules.all()) if rules is None else rules
    named = {
        str(code) for rule in rules for codes in rule.value.values() if isinstance(codes, list)
        for code in codes
    }  # fmt: skip
    labels = Term.objects.filter(code__in=named, axis="label").values_list("code", "label")
    communes = names_by_code()
    words = ZONE_WORDS | dict(labels) | {one: communes[one] for one in named if one in communes}
    return Terms(
        amount_min=edition.amount_min,
        amount_max=edition.amount_max,
        max_rate=edition.max_rate,
        ceiling=edition.de_minimis_ceiling,
        perimeter=perimeter_codes(edition.space),
        territory=f"le territoire « {edition.space.name} »",
        themes=tuple((one["code"], one["label"]) for one in edition.themes),
        words=words,
    )


def facts_of_structure(
    structure: Structure,
    edition: Edition,
    now: datetime,
    *,
    private: bool = True,
    terms: Terms | None = None,
) -> Facts:
    """What is known of a structure for this call.

    `private=False` keeps to what its public page says: neither late reports nor aids received.
    """
    places = list(structure.establishments.all())
    head = next((one for one in places if one.is_head_office), places[0] if places else None)
    own: dict[str, Any] = {
        "overdue": _overdue([structure], edition, now),
        "aids": Fact(
            aids_of(edition.space, structure=structure, siren=structure.siren or ""),
            FactSource.COMPUTED,
            "aides connues de la collectivité",
            partial=True,
        ),
    }
    return Facts(
        at=closing_day(edition, now),
        terms=terms or terms_of(edition),
        family=_kept(structure, "family"),
        legal_category=_kept(structure, "legal_category"),
        labels=_labels(structure),
        head_office=_head_office(head),
        created_on=_kept(structure, "created_on"),
        headcount=_headcount(structure),
        zones=_zones(places),
        siret_state=_siret_state(structure, head),
        **(own if private else {}),
    )


def _kept(structure: Structure, name: str) -> Fact:
    """A column of the page, from whom its provenance says."""
    value = getattr(structure, name)
    if value in (None, ""):
        return Fact(source=FactSource.REGISTER, silent=True, register="l'annuaire")
    return Fact(value, FactSource.REGISTER, *_origin(structure.provenance, name))


def _origin(provenance: Any, name: str) -> tuple[str, date | None]:
    told = provenance.get(name) if isinstance(provenance, dict) else None
    told = told if isinstance(told, dict) else {}
    source = source_label(told["source"]) if told.get("source") else "l'annuaire"
    return source, _iso_day(told.get("date") or told.get("at"))


def _iso_day(raw: object) -> date | None:
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None


def _labels(structure: Structure) -> Fact:
    """No list of labels is whole: an absence proves nothing."""
    rows = list(structure.labels.select_related("term"))
    held = tuple(Held(one.term.code, one.valid_from, one.valid_to) for one in rows)
    dates = [one.source_date for one in rows if one.source_date]
    sources = sorted({source_label(one.source) for one in rows}) or ["l'annuaire"]
    return Fact(
        held, FactSource.REGISTER, ", ".join(sources), max(dates, default=None), partial=True
    )


def _head_office(head: Establishment | None) -> Fact:
    if head is None or not head.municipality_code:
        return Fact(source=FactSource.REGISTER, silent=True, register="l'annuaire")
    register, on = _origin(head.provenance, "municipality_code")
    return Fact(head.municipality_code, FactSource.REGISTER, register, on)


def _headcount(structure: Structure) -> Fact:
    if not structure.size_band:
        return Fact(source=FactSource.REGISTER, silent=True, register="l'annuaire")
    register, on = _origin(structure.provenance, "size_band")
    on = date(structure.size_year, 12, 31) if structure.size_year else on
    return Fact(BANDS[structure.size_band], FactSource.REGISTER, register, on)


def _zones(places: list[Establishment]) -> Fact:
    """QPV where the structure stands; its action may be elsewhere, so that an absence proves nothing."""
    inside = Neighbourhood.objects.filter(
        kind=Neighbourhood.Kind.QPV, establishments__establishment__in=[one.pk for one in places]
    ).values_list("code", flat=True)
    found = tuple(sorted(set(inside)))
    zones = ("qpv", *found) if found else ()
    return Fact(zones, FactSource.COMPUTED, "adresses de l'annuaire", partial=True)


def _siret_state(structure: Structure, head: Establishment | None) -> Fact:
    if head is None or not head.siret:
        return Fact(source=FactSource.REGISTER, silent=True, register="Sirene (Insee)")
    register, on = _origin(head.provenance, "state")
    alive = structure.state == State.ACTIVE and head.state == State.ACTIVE
    return Fact("active" if alive else "ceased", FactSource.REGISTER, register, on)


def _overdue(structures: Iterable[Structure], edition: Edition, now: datetime) -> Fact:
    today = now.astimezone(PARIS).date()
    late = [
        f"{report.award.application.reference}, attendu le {long_date(report.due_on)}"
        for structure in structures
        for report in overdue_of(structure, today, space=edition.space)
    ]
    return Fact(tuple(late), FactSource.COMPUTED, "subventions de la collectivité", today)


def facts_of(application: Application, now: datetime) -> Facts:
    """The lead as registers know it, the late reports of every partner, and what the draft says."""
    edition = application.edition
    rules = list(edition.rules.all())
    partners = list(application.partners.select_related("structure"))
    lead = next((one for one in partners if one.role == "lead"), None)
    terms = terms_of(edition, rules)
    if lead is not None and lead.structure is not None:
        known = facts_of_structure(lead.structure, edition, now, terms=terms)
    else:
        known = _unlisted(lead, edition, now, terms)
    structures = [one.structure for one in partners if one.structure is not None]
    known = replace(
        known,
        overdue=_overdue(structures, edition, now),
        requested=declared(application.requested),
        total_cost=declared(application.total_cost),
        places=declared(tuple(application.places) or None),
        theme=declared(application.theme or None),
        commitment=declared(True if lead is not None and lead.commitment_at else None),
    )
    return _answered(known, application, rules)


def _unlisted(lead: Partner | None, edition: Edition, now: datetime, terms: Terms) -> Facts:
    """A lead that the directory does not know: registers stay silent, except on its legal form when it is told."""
    silent = Fact(source=FactSource.REGISTER, silent=True, register="l'annuaire")
    category = lead.legal_category if lead is not None else ""
    family = LegalCategory.objects.filter(code=category).values_list("family", flat=True).first()
    siren = lead.siret[:9] if lead is not None else ""
    return Facts(
        at=closing_day(edition, now),
        terms=terms,
        family=declared(family) if family else silent,
        legal_category=declared(category or None),
        labels=silent,
        head_office=silent,
        created_on=silent,
        headcount=silent,
        zones=silent,
        siret_state=silent,
        aids=Fact(
            aids_of(edition.space, siren=siren),
            FactSource.COMPUTED,
            "aides connues de la collectivité",
            partial=True,
        ),
    )


def _answered(known: Facts, application: Application, rules: list[EligibilityRule]) -> Facts:
    """With the answers of the form that the rules name by `value["field"]`."""
    asked = {rule: rule.value["field"] for rule in rules if rule.value.get("field")}
    if not asked:
        return known
    rows = application.answers.filter(code__in=set(asked.values())).order_by("stage", "code")
    given = dict(rows.values_list("code", "value"))
    answers: dict[str, Fact] = {}
    told: dict[str, Any] = {}
    for rule, code in asked.items():
        value = given.get(code)
        if value in (None, ""):
            continue
        if rule.kind == RuleKind.QUESTION:
            answers[rule.code] = declared(_yes_no(value))
        elif rule.kind in _FROM_FIELD:
            name, read = _FROM_FIELD[rule.kind]
            told[name] = declared(read(value, rule))
    return replace(known, answers=answers, **told)


def _yes_no(value: object) -> str | None:
    if value in (True, "yes", "oui"):
        return "yes"
    return "no" if value in (False, "no", "non") else None


def _number(value: Any, rule: EligibilityRule) -> Decimal | None:
    del rule
    try:
        return amount(value)
    except ValueError:
        return None


def _people(value: Any, rule: EligibilityRule) -> tuple[int, int] | None:
    found = _number(value, rule)
    return None if found is None else (int(found), int(found))


def _zone(value: Any, rule: EligibilityRule) -> tuple[str, ...] | None:
    answer = _yes_no(value)
    wanted = tuple(rule.value.get("zones") or ("qpv",))
    return wanted if answer == "yes" else () if answer == "no" else None


def _ticked(value: Any, rule: EligibilityRule) -> bool | None:
    del rule
    answer = _yes_no(value)
    return None if answer is None else answer == "yes"


_FROM_FIELD: dict[str, tuple[str, Callable[[Any, EligibilityRule], Any]]] = {
    RuleKind.BUDGET: ("budget", _number),
    RuleKind.HEADCOUNT: ("headcount", _people),
    RuleKind.ZONE: ("zones", _zone),
    RuleKind.COMMITMENT: ("commitment", _ticked),
}
