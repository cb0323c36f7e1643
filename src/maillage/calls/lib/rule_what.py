"""Rules about the project: where, on what, for how much, and questions of the call's own."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from maillage.calls.enums import Outcome
from maillage.calls.lib.facts import Fact, Facts, codes
from maillage.calls.lib.rule_base import (
    Found,
    Rule,
    communes,
    missing,
    money,
    where,
    yes_no,
)
from maillage.calls.lib.rule_words import listed
from maillage.calls.lib.words import in_euros

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
WARN_FROM = Decimal("0.80")  # of a ceiling: warned before it is passed


def action_place(rule: Rule, facts: Facts) -> Found:
    if not facts.places.value:
        return missing(facts.places, "les communes de votre action", "places")
    inside = [code in communes(rule, facts) for code in facts.places.value]
    every = rule.operator == "all"
    good = all(inside) if every else any(inside)
    place = where(rule, facts)
    if good:
        return Found(Outcome.YES, f"L'action a lieu dans {place}.", facts=("places",))
    said = f"L'action n'a pas {'entièrement ' if every else ''}lieu dans {place}."
    fix = (
        "Retirez les communes qui n'en sont pas."
        if every
        else "Prévoyez l'action dans au moins une de ses communes."
    )
    return Found(Outcome.NO, said, fix, ("places",))


def zone(rule: Rule, facts: Facts) -> Found:
    wanted = codes(rule.value.get("zones")) or ("qpv",)
    words = listed([facts.terms.words.get(code, code) for code in wanted], "ou")
    if not facts.zones.known:
        return missing(facts.zones, f"si l'action a lieu en {words}", "zones")
    if set(wanted) & set(facts.zones.value):
        return Found(Outcome.YES, f"Zonage demandé présent : {words}.", facts=("zones",))
    if facts.zones.partial:
        return Found(
            Outcome.TO_CHECK,
            f"Nos données ne montrent pas de lien avec : {words}.",
            "Précisez les adresses de l'action.",
            ("zones",),
        )
    fix = "Prévoyez une partie de l'action dans ce zonage."
    return Found(Outcome.NO, f"L'action n'est pas dans ce zonage : {words}.", fix, ("zones",))


def theme(rule: Rule, facts: Facts) -> Found:
    names = dict(facts.terms.themes)
    wanted = codes(rule.value.get("themes")) or tuple(names)
    words = listed([names.get(one, one) for one in wanted])
    if not facts.theme.known:
        return missing(facts.theme, "le thème de votre projet", "theme")
    good = facts.theme.value in wanted
    if good:
        said = f"Thème : {names.get(facts.theme.value, facts.theme.value)}."
        return Found(Outcome.YES, said, facts=("theme",))
    said = f"Le thème n'est pas de ceux de l'appel : {words}."
    return Found(Outcome.NO, said, "Choisissez un des thèmes de l'appel.", ("theme",))


def amount_asked(rule: Rule, facts: Facts) -> Found:
    """Amount and rate; what would do is said in euros."""
    names = ("requested", "total_cost")
    terms = facts.terms
    least = money(rule.value.get("min")) if "min" in rule.value else terms.amount_min
    most = money(rule.value.get("max")) if "max" in rule.value else terms.amount_max
    rate = money(rule.value.get("rate")) if "rate" in rule.value else terms.max_rate
    if not facts.requested.known:
        return missing(facts.requested, "le montant demandé", *names)
    asked, cost = facts.requested.value, facts.total_cost.value
    if least is not None and asked < least:
        said = f"Vous demandez {in_euros(asked)} ; le minimum est {in_euros(least)}."
        return Found(Outcome.NO, said, f"Demandez au moins {in_euros(least)}.", names)
    limits = [most] if most is not None else []
    if rate is not None and cost is not None:
        limits.append((cost * rate / HUNDRED).quantize(CENT, ROUND_DOWN))
    ceiling = min(limits, default=None)
    rules = [f"au plus {in_euros(most)}"] if most is not None else []
    rules += [f"au plus {rate.normalize():f} % du coût total"] if rate is not None else []
    if ceiling is not None and asked > ceiling:
        said = f"Vous demandez {in_euros(asked)} ; c'est {' et '.join(rules)}."
        return Found(Outcome.NO, said, f"Demandez au plus {in_euros(ceiling)}.", names)
    if rate is not None and cost is None:
        return missing(facts.total_cost, "le coût total du projet", *names)
    return Found(Outcome.YES, f"Vous demandez {in_euros(asked)}.", facts=names)


def de_minimis(rule: Rule, facts: Facts) -> Found:
    """Aids of the last years, rolling, plus what is asked, under the ceiling (règlement UE 2023/2831, art. 3)."""
    names = ("aids", "requested")
    ceiling = money(rule.value.get("ceiling")) or facts.terms.ceiling
    years = int(rule.value.get("years") or 3)
    if ceiling is None:
        said = "Le plafond n'est pas renseigné dans cet appel."
        return Found(Outcome.TO_CHECK, said, facts=names)
    if not facts.aids.known:
        return missing(facts.aids, f"les aides de minimis reçues depuis {years} ans", *names)
    since = _years_before(facts.at, years)
    counted = [one for one in facts.aids.value if one.on is None or since < one.on <= facts.at]
    had = sum((one.amount for one in counted), Decimal(0))
    asked = facts.requested.value or Decimal(0)
    total = had + asked
    seen = {"déjà reçu": in_euros(had), "plafond": in_euros(ceiling)}
    said = f"Aides de minimis sur {years} ans, demande comprise : {in_euros(total)} sur {in_euros(ceiling)}."
    if total > ceiling:
        left = max(ceiling - had, Decimal(0))
        return Found(Outcome.NO, said, f"Demandez au plus {in_euros(left)}.", names, seen)
    if total > ceiling * WARN_FROM:
        fix = "Le service vérifiera avec vous les aides déjà reçues."
        return Found(Outcome.TO_CHECK, f"{said} Plus de 80 % du plafond.", fix, names, seen)
    return Found(Outcome.YES, said, facts=names, seen=seen)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def question(rule: Rule, facts: Facts) -> Found:
    asked = str(rule.value.get("question") or rule.label)
    told = facts.answers.get(rule.code, Fact())
    if told.value not in ("yes", "no", True, False):
        return missing(told, f"votre réponse à « {asked} »", rule.code)
    answer = "yes" if told.value in ("yes", True) else "no"
    good = answer == rule.value.get("expected", "yes")
    said = f"« {asked} » : {'oui' if answer == 'yes' else 'non'}."
    return Found(yes_no(good), said, facts=(rule.code,))
