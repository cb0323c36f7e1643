"""Which units of a register the directory takes, and how those it leaves are told."""

from maillage.structures.actions.ess import EssFacts, derive_ess_status
from maillage.structures.enums import EssStatus, PerimeterRule
from maillage.structures.queries.perimeter import Perimeter

TAKEN = "taken"
NATURAL_PERSON = "1000"  # legal category: never taken

# Verdicts that count as « outside », and how they are said.
REASONS = {
    "natural_person": "entreprises individuelles (personnes physiques)",
    "form_excluded": "formes juridiques hors de l'ESS",
    "form_review": "formes juridiques à examiner, non déclarées ESS",
    "form_unknown": "formes juridiques inconnues, non déclarées ESS",
    "company": "sociétés ni déclarées ESS ni agréées",
    "activity_excluded": "activités hors de l'ESS",
    "ceased": "unités légales cessées, inconnues de l'annuaire",
    "closed": "établissements fermés, inconnus de l'annuaire",
}


def membership(facts: EssFacts, tables: Perimeter) -> str:
    """`TAKEN` when the unit is of the ESS by its form or by what is said of it; else a key of `REASONS`.

    What has to be examined is not taken: registers hold thousands of such units.
    """
    if facts.legal_category == NATURAL_PERSON:
        return "natural_person"
    status, _ = derive_ess_status(facts, tables)
    if status in (EssStatus.CONFIRMED, EssStatus.PRESUMED):
        return TAKEN
    form = tables.form(facts.legal_category)
    if form is None:
        return "form_unknown"
    if form.rule == PerimeterRule.EXCLUDE:
        return "form_excluded"
    if status == EssStatus.UNKNOWN:
        return "form_review"
    return "company" if form.rule == PerimeterRule.FLAG_ONLY else "activity_excluded"
