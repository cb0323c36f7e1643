"""Does a structure belong to the ESS, which family is it of, and how does it live: pure rules.

The law (n° 2014-856, article 1) names families by their form; commercial companies must declare
themselves. Registers say it imperfectly, so facts stay apart and each answer carries its reason.
"""

from collections.abc import Collection
from dataclasses import dataclass

from maillage.structures.enums import (
    EssStatus,
    Family,
    PerimeterRule,
    SizeBand,
    Typology,
    TypologyOrigin,
)
from maillage.structures.queries.perimeter import Form, Perimeter

ESUS = "lab-esus"
COOPERATIVE_LABELS = {"lab-scop": "SCOP", "lab-scic": "SCIC", "lab-cae": "CAE"}
MARKET_SECTORS = frozenset(
    f"sec-{name}"
    for name in ("ali", "ree", "ene", "bat", "mob", "com", "res", "art", "num", "fin", "con")
)


@dataclass(frozen=True, slots=True)
class EssFacts:
    """What registers and agents say, each apart. `valid_labels`: codes of the labels valid today."""

    legal_category: str = ""
    activity_code: str = ""
    activity_nomenclature: str = ""
    flag: bool | None = None
    in_list: bool = False
    valid_labels: Collection[str] = ()
    override: str = ""
    override_reason: str = ""
    size_band: str = ""
    is_employer: bool | None = None


def derive_ess_status(facts: EssFacts, perimeter: Perimeter) -> tuple[str, str]:
    """The status (a value of `EssStatus`) and the reason, a French sentence of 300 characters at most."""
    status, reason = _status(facts, perimeter)
    return status, reason[:300]


def _status(facts: EssFacts, perimeter: Perimeter) -> tuple[str, str]:
    if facts.override:
        return facts.override, f"Décision d'un agent : {facts.override_reason or 'sans motif'}"
    form = perimeter.form(facts.legal_category)
    positive = _positive(facts)
    if form and form.rule == PerimeterRule.EXCLUDE:
        contrary = f" À noter : {positive[0].lower()}{positive[1:]}." if positive else ""
        return (
            EssStatus.EXCLUDED,
            f"Forme juridique hors de l'ESS : {form.label} ({facts.legal_category}).{contrary}",
        )
    if positive:
        return EssStatus.CONFIRMED, f"{positive}."
    trade = perimeter.trade(facts.activity_nomenclature, facts.activity_code)
    if trade and trade.excluded:
        activity = f"{trade.label} ({facts.activity_code})" if trade.label else facts.activity_code
        return (
            EssStatus.EXCLUDED,
            f"Activité hors de l'ESS, sans déclaration contraire : {activity}.",
        )
    return _status_of_form(facts, form)


def _status_of_form(facts: EssFacts, form: Form | None) -> tuple[str, str]:
    """The answer when nothing but the legal form speaks."""
    if form is None:
        code = facts.legal_category
        reason = (
            f"Forme juridique inconnue : {code}." if code else "Forme juridique non renseignée."
        )
        return EssStatus.UNKNOWN, reason
    named = f"{form.label} ({facts.legal_category})"
    if form.rule == PerimeterRule.INCLUDE:
        denied = ", mais Sirene ne la déclare pas ESS" if facts.flag is False else ""
        return EssStatus.PRESUMED, f"Forme juridique de l'ESS : {named}{denied}."
    if form.rule == PerimeterRule.FLAG_ONLY:
        return EssStatus.EXCLUDED, f"Société ni déclarée ESS ni agréée : {named}."
    return EssStatus.UNKNOWN, f"Forme juridique à examiner : {named}."


def _positive(facts: EssFacts) -> str:
    if facts.flag:
        return "Déclarée ESS dans Sirene"
    if facts.in_list:
        return "Dans la liste des entreprises de l'ESS d'ESS France"
    if ESUS in facts.valid_labels:
        return "Agréée ESUS"
    for code, name in COOPERATIVE_LABELS.items():
        if code in facts.valid_labels:
            return f"Coopérative par son statut de {name}"
    return ""


def derive_family(facts: EssFacts, perimeter: Perimeter) -> str:
    """A value of `Family`; a company with a cooperative label is a cooperative; empty when unknown."""
    form = perimeter.form(facts.legal_category)
    cooperative = any(code in facts.valid_labels for code in COOPERATIVE_LABELS)
    if cooperative and (form is None or form.family in ("", Family.COMMERCIAL, Family.OTHER)):
        return Family.COOPERATIVE
    return form.family if form else ""


def estimate_typology(facts: EssFacts, family: str, sector: str) -> tuple[str, str]:
    """An estimate (a value of `Typology`, or empty) and its reason. It judges nobody's solidity."""
    if family in (Family.COOPERATIVE, Family.MUTUAL, Family.COMMERCIAL):
        name = Family(family).label
        return Typology.ENTREPRENEURIAL, f"Estimée d'après la forme : {name}."
    if family not in (Family.ASSOCIATION, Family.FOUNDATION):
        return "", ""
    if facts.size_band in ("", SizeBand.NOT_EMPLOYER, SizeBand.ZERO):
        alone = bool(facts.size_band) or facts.is_employer is False
        if family == Family.ASSOCIATION and alone:
            return Typology.MILITANT, "Estimée d'après l'emploi : association sans salarié."
        return "", ""
    size = SizeBand(facts.size_band).label
    if facts.size_band != SizeBand.B01:
        return Typology.ENTREPRENEURIAL, f"Estimée d'après l'emploi : {size}."
    market = sector in MARKET_SECTORS
    typology = Typology.ENTREPRENEURIAL if market else Typology.MILITANT
    return typology, f"Estimée d'après l'emploi ({size}) et l'activité."


def derived_fields(facts: EssFacts, perimeter: Perimeter) -> dict[str, str]:
    """Fields of `Structure` that follow from the facts, and may be written over unless confirmed."""
    status, reason = derive_ess_status(facts, perimeter)
    family = derive_family(facts, perimeter)
    sector = perimeter.sector(facts.activity_nomenclature, facts.activity_code)
    typology, typology_reason = estimate_typology(facts, family, sector)
    return {
        "ess_status": status,
        "ess_reason": reason,
        "family": family,
        "typology": typology,
        "typology_reason": typology_reason,
        "typology_origin": TypologyOrigin.ESTIMATED if typology else "",
    }
