"""Rules about the structure: its form, its labels, its seat, its age, its size, its duties."""

from datetime import date

from maillage.calls.enums import Outcome
from maillage.calls.lib.facts import Facts, Held, codes
from maillage.calls.lib.rule_base import (
    Found,
    Rule,
    bounds,
    communes,
    missing,
    money,
    where,
    yes_no,
)
from maillage.calls.lib.rule_words import CER_FAMILIES, family_word, listed
from maillage.calls.lib.words import in_euros, long_date

BEST_FIRST = (Outcome.YES, Outcome.TO_CHECK, Outcome.UNKNOWN, Outcome.NO)


def legal_form(rule: Rule, facts: Facts) -> Found:
    families, categories = codes(rule.value.get("families")), codes(rule.value.get("categories"))
    wanted = listed([family_word(one) for one in families] or list(categories))
    by_family, by_category = facts.family, facts.legal_category
    if by_family.value in families or by_category.value in categories:
        word = family_word(by_family.value or "")
        return Found(Outcome.YES, f"Forme juridique acceptée : {word}.", facts=("family",))
    unsure = (families and not by_family.known) or (
        categories and not by_category.known and not families
    )
    if unsure or not (by_family.known or by_category.known):
        return missing(by_family, "la forme juridique de votre structure", "family")
    return Found(
        Outcome.NO,
        f"Forme juridique : {family_word(by_family.value or '')}. L'appel s'adresse à : {wanted}.",
        "Déposez avec une structure de l'une de ces formes comme chef de file.",
        ("family",),
    )


def label(rule: Rule, facts: Facts) -> Found:
    wanted = codes(rule.value.get("labels"))
    words = listed([facts.terms.words.get(code, code) for code in wanted], "ou")
    closing = long_date(facts.at)
    if not facts.labels.known:
        return missing(facts.labels, f"si vous avez {words}, et jusqu'à quelle date", "labels")
    held = [one for one in facts.labels.value if one.code in wanted]
    if any(_valid(one, facts.at) for one in held):
        return Found(Outcome.YES, f"{words} en cours de validité le {closing}.", facts=("labels",))
    if any(_open(one, facts.at) for one in held):
        return Found(
            Outcome.TO_CHECK,
            f"{words} : les dates ne sont pas toutes connues.",
            "Joignez la décision d'agrément, avec ses dates.",
            ("labels",),
        )
    if held:
        ended = [one.valid_to for one in held if one.valid_to and one.valid_to < facts.at]
        said = f"fini le {long_date(max(ended))}" if ended else "pas encore commencé"
        return Found(
            Outcome.NO,
            f"{words} : {said}, il doit être valable le {closing}.",
            "Demandez son renouvellement ; joignez la nouvelle décision si vous l'avez.",
            ("labels",),
        )
    if facts.labels.partial:
        return Found(
            Outcome.TO_CHECK,
            f"{words} : nos listes n'en disent rien, elles ne sont pas complètes.",
            "Joignez la décision d'agrément si vous l'avez.",
            ("labels",),
        )
    fix = f"Demandez cet agrément ou ce label : il doit être valable le {closing}."
    return Found(Outcome.NO, f"Vous n'avez pas {words}.", fix, ("labels",))


def _valid(one: Held, day: date) -> bool:
    return bool(
        one.valid_to and one.valid_to >= day and (one.valid_from is None or one.valid_from <= day)
    )


def _open(one: Held, day: date) -> bool:
    return (one.valid_to is None or one.valid_to >= day) and (
        one.valid_from is None or one.valid_from <= day
    )


def form_or_label(rule: Rule, facts: Facts) -> Found:
    """The better of the two answers; when neither is yes, both ways are said."""
    form, held = legal_form(rule, facts), label(rule, facts)
    best = min(form, held, key=lambda one: BEST_FIRST.index(one.outcome))
    if best.outcome == Outcome.YES:
        return best
    both = tuple(dict.fromkeys(form.facts + held.facts))
    said = " ".join(dict.fromkeys([form.said, held.said]))
    fix = " Ou bien : ".join(dict.fromkeys(one.fix for one in (form, held) if one.fix))
    if Outcome.UNKNOWN in {form.outcome, held.outcome} and best.outcome != Outcome.TO_CHECK:
        return Found(Outcome.UNKNOWN, said, fix, both)
    return Found(best.outcome, said, fix, both)


def head_office(rule: Rule, facts: Facts) -> Found:
    if not facts.head_office.known:
        return missing(facts.head_office, "la commune de votre siège", "head_office")
    inside = facts.head_office.value in communes(rule, facts)
    place = where(rule, facts)
    said = f"Votre siège est dans {place}." if inside else f"Votre siège n'est pas dans {place}."
    fix = "" if inside else "Cherchez un chef de file dont le siège y est."
    return Found(yes_no(inside), said, fix, ("head_office",))


def age(rule: Rule, facts: Facts) -> Found:
    if not facts.created_on.known:
        return missing(facts.created_on, "la date de création de votre structure", "created_on")
    months, born = int(rule.value.get("months", 0)), facts.created_on.value
    have = months_between(born, facts.at)
    at_most = rule.operator == "le"
    good = have <= months if at_most else have >= months
    bound = "au plus" if at_most else "au moins"
    said = f"Créée le {long_date(born)} : {have} mois à la clôture (il en faut {bound} {months})."
    fix = (
        "" if good else "Déposez avec un chef de file plus ancien, ou attendez l'édition suivante."
    )
    return Found(yes_no(good), said, "" if good or at_most else fix, ("created_on",))


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`, counted by the day of the month."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def headcount(rule: Rule, facts: Facts) -> Found:
    if not facts.headcount.known:
        return missing(facts.headcount, "votre nombre de salariés", "headcount")
    low, high = facts.headcount.value
    least, most = rule.value.get("min"), rule.value.get("max")
    wanted = bounds(least, most, "salariés")
    sure = (least is None or low >= least) and (most is None or (high is not None and high <= most))
    impossible = (least is not None and high is not None and high < least) or (
        most is not None and low > most
    )
    seen = f"{low}" if low == high else f"{low} ou plus" if high is None else f"{low} à {high}"
    said = f"Effectif : {seen} (il faut {wanted})."
    if sure or impossible:
        return Found(yes_no(sure), said, facts=("headcount",))
    fix = "Dites votre nombre exact de salariés."
    return Found(Outcome.TO_CHECK, f"{said} La tranche ne suffit pas.", fix, ("headcount",))


def budget(rule: Rule, facts: Facts) -> Found:
    if not facts.budget.known:
        return missing(facts.budget, "votre budget annuel", "budget")
    least, most = money(rule.value.get("min")), money(rule.value.get("max"))
    good = (least is None or facts.budget.value >= least) and (
        most is None or facts.budget.value <= most
    )
    wanted = bounds(least and in_euros(least), most and in_euros(most))
    said = f"Budget annuel : {in_euros(facts.budget.value)} (il faut {wanted})."
    return Found(yes_no(good), said, facts=("budget",))


def commitment(rule: Rule, facts: Facts) -> Found:
    """Only associations and foundations sign it (loi 2000-321, art. 10-1; décret 2021-1947)."""
    del rule
    names = ("family", "commitment")
    if facts.family.known and facts.family.value not in CER_FAMILIES:
        said = "Le contrat d'engagement républicain ne concerne que les associations et les fondations."
        return Found(Outcome.YES, said, facts=("family",))
    if facts.commitment.value is True:
        return Found(Outcome.YES, "Contrat d'engagement républicain souscrit.", facts=names)
    if not facts.family.known:
        return missing(facts.family, "la forme juridique de votre structure", *names)
    fix = "Lisez-le et acceptez-le au moment de vous engager."
    if facts.commitment.value is False:
        said = "Le contrat d'engagement républicain n'est pas souscrit."
        return Found(Outcome.NO, said, fix, names)
    said = "Le contrat d'engagement républicain sera à souscrire."
    return Found(Outcome.UNKNOWN, said, fix, names)


def reports_done(rule: Rule, facts: Facts) -> Found:
    del rule
    if not facts.overdue.known:
        return missing(facts.overdue, "si vos bilans précédents sont rendus", "overdue")
    if not facts.overdue.value:
        return Found(Outcome.YES, "Aucun bilan en retard.", facts=("overdue",))
    said = f"Un bilan est en retard : {listed(list(facts.overdue.value))}."
    return Found(Outcome.NO, said, "Rendez-le : vous pourrez déposer aussitôt.", ("overdue",))


def siret_alive(rule: Rule, facts: Facts) -> Found:
    del rule
    if not facts.siret_state.known:
        return missing(facts.siret_state, "le SIRET de votre structure", "siret_state")
    alive = facts.siret_state.value == "active"
    said = "Établissement en activité." if alive else "L'établissement est fermé dans le registre."
    fix = "" if alive else "Corrigez le SIRET, ou mettez votre situation à jour auprès de l'Insee."
    return Found(yes_no(alive), said, fix, ("siret_state",))


def legal_basis(rule: Rule, facts: Facts) -> Found:
    """A commercial company: the authority must say on what ground it may help it; never a refusal by itself."""
    if not facts.family.known:
        return missing(facts.family, "la forme juridique de votre structure", "family")
    if facts.family.value != "commercial":
        said = "Structure sans caractère de société commerciale."
        return Found(Outcome.YES, said, facts=("family",))
    note = str(rule.value.get("note", "")).strip()
    said = f"Société commerciale : le service vérifie le fondement de l'aide. {note}".strip()
    return Found(Outcome.TO_CHECK, said, "Vous pouvez déposer ; le service vous dira.", ("family",))
