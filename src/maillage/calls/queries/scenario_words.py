"""Constraints of a portfolio in French: what each says, and why several cannot hold together."""

from collections.abc import Mapping

from maillage.calls.lib.portfolio import Conflict, Kind, Problem, Rule
from maillage.calls.lib.scenario import POINT
from maillage.calls.lib.sharing import euros_of
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Application, Edition
from maillage.structures.enums import Typology
from maillage.territories.queries.codes import names_by_code

_TYPOLOGIES = dict(Typology.choices)
Files = Mapping[int, Application]


def group_label(edition: Edition, group: str) -> str:
    """« commune de Montreuil », « thème Climat », « typologie militante »."""
    axis, _, value = group.partition(":")
    if axis == "theme":
        named = {one["code"]: one["label"] for one in edition.themes}
        return f"thème « {named.get(value, value)} »"
    if axis == "typology":
        return f"typologie {_TYPOLOGIES.get(value, value)}"
    if len(value) <= 3:
        return f"département {value}"
    return f"commune de {names_by_code().get(value, value)}"


def rule_label(edition: Edition, rule: Rule, files: Files) -> str:
    """What the rule asks, in a few words, as a list of constraints says it."""
    simple = {
        Kind.ENVELOPE: "ne pas dépasser l'enveloppe",
        Kind.FLOOR: "ne financer aucun projet sous la note plancher",
        Kind.LEAPFROG: "ne pas financer un projet nettement moins bon qu'un projet écarté",
        Kind.PARTIAL: "respecter la part minimale de la demande, le plafond et l'arrondi",
        Kind.AT_LEAST: "atteindre le nombre minimal de lauréats",
        Kind.AT_MOST: "ne pas dépasser le nombre maximal de lauréats",
    }
    if rule.kind in simple:
        return simple[rule.kind]
    if rule.kind == Kind.MINIMUM:
        return f"atteindre le minimum réservé : {group_label(edition, rule.key)}"
    if rule.kind == Kind.ORGANISATION:
        return f"une seule aide par structure : {_organisation(rule.key, files)}"
    if rule.kind == Kind.EXCLUSION:
        first, _, second = rule.key.partition("-")
        return f"ne pas financer ensemble {_named(first, files)} et {_named(second, files)}"
    verb = "financer d'office" if rule.kind == Kind.FORCED_IN else "écarter d'office"
    return f"{verb} {_named(rule.key, files)}"


def _named(key: str, files: Files) -> str:
    file = files.get(int(key))
    return str(file) if file is not None else "un dossier"


def _organisation(name: str, files: Files) -> str:
    """The numbers of the files that would pay it: no name is needed to understand."""
    inside = [
        str(file)
        for file in files.values()
        if any(
            name in (f"s{one.structure_id}", f"n{one.siret or one.name.casefold()}")
            for one in file.partners.all()
        )
    ]
    return " et ".join(sorted(inside)) or "la même structure"


def explained(
    edition: Edition, problem: Problem, conflict: Conflict, files: Files
) -> dict[str, list[str]]:
    """`rules` that cannot hold together, with figures; `ways`: what would be enough, the nearest first."""
    return {
        "rules": [_with_figures(edition, problem, rule, files) for rule in conflict.rules],
        "ways": [
            *_shortfalls(edition, problem, conflict, files),
            *_money(problem, conflict),
            *_other_ways(edition, conflict, files),
        ],
    }


def _with_figures(edition: Edition, problem: Problem, rule: Rule, files: Files) -> str:
    words = rule_label(edition, rule, files)
    figures = {
        Kind.ENVELOPE: in_euros(euros_of(problem.envelope)),
        Kind.FLOOR: f"{(problem.floor or 0) / POINT:g} sur 100",
        Kind.LEAPFROG: f"écart de {(problem.gap or 0) / POINT:g} points",
        Kind.PARTIAL: f"au moins {problem.partial} % de la demande",
        Kind.AT_LEAST: f"{problem.least}",
        Kind.AT_MOST: f"{problem.most}",
    }
    if rule.kind in figures:
        return f"{words} ({figures[rule.kind]})"
    if rule.kind == Kind.MINIMUM:
        wanted = next(one.count for one in problem.minima if one.group == rule.key)
        there = sum(rule.key in one.groups for one in problem.candidates)
        return f"{words} ({wanted} demandés, {there} candidature{'s' if there > 1 else ''} classée{'s' if there > 1 else ''})"
    return words


def _shortfalls(edition: Edition, problem: Problem, conflict: Conflict, files: Files) -> list[str]:
    found = []
    wanted = {one.group: one.count for one in problem.minima}
    for rule, lack in conflict.shortfalls.items():
        if rule.kind == Kind.MINIMUM:
            count = wanted[rule.key] - lack
            label = group_label(edition, rule.key)
            found.append(f"Demander {count} au lieu de {wanted[rule.key]} pour {label}.")
        elif rule.kind == Kind.AT_LEAST:
            found.append(
                f"Accepter {(problem.least or 0) - lack} lauréats au lieu de {problem.least}."
            )
        else:
            found.append(f"Ne plus {rule_label(edition, rule, files)}.")
    if conflict.nearest is not None and found:
        total = in_euros(euros_of(conflict.nearest.total))
        many = len(conflict.nearest.amounts)
        found.append(
            f"Avec ce seul changement, le meilleur choix finance {many} projet{'s' if many > 1 else ''} "
            f"pour {total}."
        )
    return found


def _money(problem: Problem, conflict: Conflict) -> list[str]:
    if conflict.envelope_needed is None:
        return []
    whole = in_euros(euros_of(conflict.envelope_needed))
    more = in_euros(euros_of(conflict.envelope_needed - problem.envelope))
    return [f"Ou porter l'enveloppe à {whole} ({more} de plus), sans rien changer d'autre."]


def _other_ways(edition: Edition, conflict: Conflict, files: Files) -> list[str]:
    limits = [
        rule
        for rule in conflict.rules
        if rule.kind in {Kind.FLOOR, Kind.LEAPFROG, Kind.PARTIAL, Kind.AT_MOST, Kind.EXCLUSION}
    ]
    if not limits:
        return []
    words = " ; ".join(f"« {rule_label(edition, rule, files)} »" for rule in limits)
    return [f"Ou assouplir une seule de ces règles : {words}."]
