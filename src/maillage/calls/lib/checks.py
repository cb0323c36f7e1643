"""What is missing before a call may be published: sentences, each tied to the step that mends it.

Pure: everything is told by `Prepared`. Blocking remarks stop the publication; the others are read and weighed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from maillage.calls.lib import steps
from maillage.calls.lib.moments import clock_of, moment_words
from maillage.calls.lib.words import in_euros, in_percent

WHOLE = Decimal(100)
SHORTEST = timedelta(days=21)  # Under three weeks, volunteers rarely find the time.
GRANT_OR_PURCHASE = "Loi n° 2000-321 du 12 avril 2000, article 9-1"


@dataclass(frozen=True)
class Remark:
    """`step` is a code of `lib/steps.py`."""

    code: str
    step: str
    text: str
    blocking: bool = True


@dataclass(frozen=True)
class Scale:
    """A criterion, as the checks see it."""

    label: str
    weight: Decimal
    scale_max: int
    anchors: tuple[str, ...]
    independent: bool = False
    floor: int | None = None


@dataclass(frozen=True)
class FormState:
    """A form that the call needs: absent, or with `problems` (French sentences)."""

    label: str
    exists: bool = True
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A call as it stands. Money is Decimal, instants aware.

    `left` is what the envelope still has; `takes_companies` whether no rule keeps commercial companies out;
    `wrong_examples` are sentences about examples whose outcome is not the one expected.
    """

    title: str = ""
    summary: str = ""
    description: str = ""
    contact: str = ""
    themes: tuple[str, ...] = ()
    envelope: Decimal | None = None
    left: Decimal | None = None
    envelope_year: int | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    instalments: tuple[dict[str, Any], ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    two_stages: bool = False
    full_closes_at: datetime | None = None
    nature: dict[str, Any] = field(default_factory=dict)
    is_grant: bool = True
    legal_basis: str = ""
    state_aid: str = ""
    de_minimis_ceiling: Decimal | None = None
    deliberation_ref: str = ""
    deliberation_on: date | None = None
    is_department: bool = False
    takes_companies: bool = False
    criteria: tuple[Scale, ...] = ()
    rules: int = 0
    examples: int = 0
    wrong_examples: tuple[str, ...] = ()
    forms: tuple[FormState, ...] = ()
    quorum: int = 1
    reviews_wanted: int = 1
    jurors: int = 0
    minima: tuple[dict[str, Any], ...] = ()
    awards_max: int | None = None
    authorities: int = 0
    secretaries: int = 0


def remarks(one: Prepared, now: datetime) -> list[Remark]:
    """In the order of the steps, blocking ones first in each."""
    found = [
        *_presentation(one),
        *_money(one),
        *_calendar(one, now),
        *_nature(one),
        *_reading(one),
        *_rules(one),
        *_forms(one),
        *_team(one),
    ]
    order = {step.code: rank for rank, step in enumerate(steps.ALL)}
    return sorted(found, key=lambda remark: (order[remark.step], not remark.blocking))


def blocking(found: list[Remark]) -> list[Remark]:
    return [one for one in found if one.blocking]


def _presentation(one: Prepared) -> Iterator[Remark]:
    step = steps.PRESENTATION.code
    if not one.summary:
        yield Remark(
            "summary", step, "Dites l'appel en une phrase : c'est elle que montrent les listes."
        )
    if not one.description:
        yield Remark("description", step, "Présentez l'appel : ce qu'il finance, pour qui.")
    if not one.contact:
        yield Remark("contact", step, "Donnez une adresse de contact aux candidats.")
    if not one.themes:
        yield Remark("themes", step, "Aucun thème : chaque projet sera recevable sur ce point.", blocking=False)  # fmt: skip


def _money(one: Prepared) -> Iterator[Remark]:
    step = steps.MONEY.code
    if one.envelope is None:
        yield Remark(
            "envelope", step, "Choisissez l'enveloppe : sans elle, rien ne peut être attribué."
        )
    if one.amount_max is None:
        yield Remark("cap", step, "Dites le montant maximal par projet.")
    if one.left is not None and one.amount_max is not None and one.left < one.amount_max:
        yield Remark(
            "envelope_small", step,
            f"Il reste {in_euros(one.left)} dans l'enveloppe, moins que le plafond d'un seul projet ({in_euros(one.amount_max)}).",
        )  # fmt: skip
    if (
        one.amount_min is not None
        and one.amount_max is not None
        and one.amount_min > one.amount_max
    ):
        yield Remark("minimum", step, "Le montant minimal dépasse le montant maximal.")
    yield from _instalments(one)
    if one.envelope_year and one.closes_at and one.envelope_year < clock_of(one.closes_at).year:
        yield Remark(
            "envelope_year", step,
            f"L'enveloppe est votée pour {one.envelope_year}, et l'appel ferme en {clock_of(one.closes_at).year} : "
            "vérifiez que les crédits sont reportés, ou prenez l'enveloppe de l'année.",
            blocking=False,
        )  # fmt: skip


def _instalments(one: Prepared) -> Iterator[Remark]:
    step = steps.MONEY.code
    total = sum((Decimal(str(part.get("percent") or 0)) for part in one.instalments), Decimal(0))
    if total != WHOLE:
        yield Remark(
            "instalments", step,
            f"Les versements font {in_percent(total)} : leur somme doit être 100 %."
            if one.instalments else "Dites en combien de fois l'aide est versée.",
        )  # fmt: skip
    elif len(one.instalments) > 1 and one.envelope and one.envelope_year:
        later = WHOLE - Decimal(str(one.instalments[0]["percent"]))
        yield Remark(
            "commitments", step,
            f"Après le premier versement, {in_percent(later)} de l'aide ({in_euros(one.envelope * later / 100)} au plus) sera "
            f"payé plus tard, souvent en {one.envelope_year + 1} : prévoyez ces crédits de paiement.",
            blocking=False,
        )  # fmt: skip


def _calendar(one: Prepared, now: datetime) -> Iterator[Remark]:
    step = steps.CALENDAR.code
    if one.opens_at is None:
        yield Remark("opens", step, "Dites quand l'appel ouvre.")
    if one.closes_at is None:
        yield Remark("closes", step, "Dites quand l'appel ferme.")
        return
    if one.closes_at <= now:
        yield Remark("past", step, f"La clôture est passée : {moment_words(one.closes_at)}.")
    elif one.opens_at and one.closes_at - max(one.opens_at, now) < SHORTEST:
        yield Remark("short", step, "Il reste moins de trois semaines pour candidater : c'est peu pour des bénévoles.", blocking=False)  # fmt: skip
    if one.opens_at and one.opens_at >= one.closes_at:
        yield Remark("order", step, "L'appel ouvre après sa clôture.")
    if (local := clock_of(one.closes_at)).hour == 0 and local.minute == 0:
        yield Remark(
            "midnight", step,
            "L'appel ferme à 0 h, au tout début de ce jour : on lit souvent la fin. Préférez la veille à 23 h 59.",
            blocking=False,
        )  # fmt: skip
    if one.closes_at > now and clock_of(one.closes_at).weekday() >= 5:
        yield Remark("weekend", step, "La clôture tombe un samedi ou un dimanche : personne ne répondra aux questions ce jour-là.", blocking=False)  # fmt: skip
    if one.two_stages and one.full_closes_at is None:
        yield Remark(
            "full",
            step,
            "L'appel a deux temps : dites jusqu'à quand les dossiers complets sont attendus.",
        )
    elif one.two_stages and one.full_closes_at and one.full_closes_at <= one.closes_at:
        yield Remark(
            "full_order",
            step,
            "Les dossiers complets sont attendus avant la clôture des pré-candidatures.",
        )


def _nature(one: Prepared) -> Iterator[Remark]:
    step = steps.NATURE.code
    asked = [one.nature.get(key) for key in ("initiated", "defined", "service")]
    if one.is_grant and None in asked:
        yield Remark(
            "nature",
            step,
            "Répondez aux trois questions qui distinguent une subvention d'un achat.",
        )
    elif one.is_grant and asked != [True, True, False]:
        yield Remark(
            "purchase", step,
            "D'après vos réponses, c'est un achat : le projet d'une subvention est voulu et conduit par celui qui la "
            f"demande, sans prestation pour la collectivité ({GRANT_OR_PURCHASE}). Passez par la commande publique.",
        )  # fmt: skip
    if not one.legal_basis:
        yield Remark(
            "legal_basis",
            step,
            "Dites ce qui permet à la collectivité d'intervenir (solidarité, insertion, convention…).",
        )
    if not one.state_aid:
        yield Remark(
            "state_aid", step, "Choisissez le régime d'aide d'État, même « hors aide d'État »."
        )
    if one.state_aid in {"de_minimis", "sgei"} and one.de_minimis_ceiling is None:
        yield Remark("ceiling", step, "Écrivez le plafond de minimis sur trois ans qui s'applique.")
    if not one.deliberation_ref:
        yield Remark(
            "deliberation",
            step,
            "La délibération qui ouvre l'appel n'est pas indiquée.",
            blocking=False,
        )
    elif one.deliberation_on is None:
        yield Remark("deliberation_on", step, "La délibération n'a pas de date.", blocking=False)
    if one.is_department and one.takes_companies:
        yield Remark(
            "department", step,
            "Des sociétés commerciales pourront candidater. Un département n'aide plus les entreprises de façon "
            "générale : dites sur quel fondement (solidarité, insertion, convention avec la Région), dossier par "
            "dossier s'il le faut (loi n° 2015-991 du 7 août 2015).",
            blocking=False,
        )  # fmt: skip


def _reading(one: Prepared) -> Iterator[Remark]:
    step = steps.READING.code
    if one.jurors and one.quorum > one.jurors:
        yield Remark(
            "quorum",
            step,
            f"Le quorum est de {one.quorum}, et le jury n'a que {one.jurors} membres.",
        )
    if one.reviews_wanted < 2:
        yield Remark("reviews", step, "Une seule lecture par dossier : une note ne sera corrigée par aucune autre.", blocking=False)  # fmt: skip
    reserved = sum(int(one_of.get("count") or 0) for one_of in one.minima)
    if one.awards_max is not None and reserved > one.awards_max:
        yield Remark(
            "minima",
            step,
            f"Les minima réservent {reserved} places, et il y a {one.awards_max} lauréats au plus.",
        )


def _rules(one: Prepared) -> Iterator[Remark]:
    step = steps.RULES.code
    if not one.rules:
        yield Remark(
            "rules", step, "Écrivez au moins une règle d'éligibilité : qui peut candidater."
        )
    elif not one.examples:
        yield Remark("examples", step, "Aucun exemple n'essaie les règles : inventez une structure qui doit passer, et une qui ne doit pas.", blocking=False)  # fmt: skip
    for sentence in one.wrong_examples:
        yield Remark("example", step, sentence)
    counted = [scale for scale in one.criteria if not scale.independent]
    if not counted:
        yield Remark("criteria", step, "Écrivez les critères du jury.")
    elif (total := sum((scale.weight for scale in counted), Decimal(0))) != WHOLE:
        yield Remark(
            "weights",
            step,
            f"Les poids des critères font {_number(total)} : leur somme doit être 100.",
        )
    for scale in one.criteria:
        said = sum(1 for anchor in scale.anchors if anchor.strip())
        if said < scale.scale_max + 1:
            yield Remark(
                "anchors", step,
                f"« {scale.label} » : {said} repère{'s' if said > 1 else ''} pour {scale.scale_max + 1} niveaux. Dites "
                "ce que vaut chaque note : les jurés s'accordent mieux.",
            )  # fmt: skip
        if scale.floor is not None and scale.floor > scale.scale_max:
            yield Remark(
                "floor", step, f"« {scale.label} » : la note éliminatoire dépasse la note maximale."
            )


def _forms(one: Prepared) -> Iterator[Remark]:
    step = steps.FORM.code
    for form in one.forms:
        if not form.exists:
            yield Remark("form", step, f"Le formulaire « {form.label} » n'existe pas encore.")
        elif form.problems:
            more = f" (et {len(form.problems) - 1} autres)" if len(form.problems) > 1 else ""
            yield Remark(
                "form_wrong", step, f"Formulaire « {form.label} » : {form.problems[0]}{more}"
            )


def _team(one: Prepared) -> Iterator[Remark]:
    step = steps.TEAM.code
    if not one.authorities:
        yield Remark("authority", step, "Nommez la personne ordonnatrice : elle seule attribue et notifie.", blocking=False)  # fmt: skip
    if not one.secretaries:
        yield Remark("secretary", step, "Nommez la ou le secrétaire du jury.", blocking=False)


def _number(value: Decimal) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
