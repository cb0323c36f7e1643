"""Steps of the assistant that prepares a call: what each asks, in what order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """`code` is in the address. `fields` are the columns of `Edition` that the step writes, none for a page of its own."""

    code: str
    title: str
    hint: str
    fields: tuple[str, ...] = ()


PRESENTATION = Step(
    "presentation",
    "Présentation et thèmes",
    "Ce que l'on lit en premier : quoi, pour qui, sur quels thèmes.",
    ("title", "prefix", "summary", "description", "themes", "eligible_costs", "benefits", "contact_email"),
)  # fmt: skip
MONEY = Step(
    "argent",
    "Argent",
    "L'enveloppe, les plafonds, les versements.",
    (
        "envelope", "amount_min", "amount_max", "max_rate", "min_own_funds", "awards_min", "awards_max",
        "one_award_each", "instalments", "convention_from",
    ),
)  # fmt: skip
CALENDAR = Step(
    "calendrier",
    "Calendrier",
    "L'ouverture, la clôture à la minute près, les réunions.",
    (
        "forecast_on", "opens_at", "closes_at", "grace_minutes", "two_stages", "full_closes_at",
        "meetings", "key_dates", "closing_message",
    ),
)  # fmt: skip
NATURE = Step(
    "nature",
    "Nature de l'acte et base légale",
    "Une subvention, pas un achat ; le texte qui permet d'aider ; le régime d'aide d'État.",
    (
        "kind", "nature", "legal_basis", "legal_ref", "state_aid", "de_minimis_ceiling", "deliberation_ref",
        "deliberation_on",
    ),
)  # fmt: skip
READING = Step(
    "lecture",
    "Lecture et jury",
    "Combien de lectures, avec ou sans les noms, quel quorum, quelles règles de choix.",
    (
        "is_sealed", "is_blind", "reviews_wanted", "quorum", "reading", "minima", "blocks_overdue",
    ),
)  # fmt: skip
STEPS = (PRESENTATION, MONEY, CALENDAR, NATURE, READING)

# Where else a call is prepared: pages of their own.
FORM = Step("formulaire", "Formulaire", "Ce que les candidats remplissent.")
RULES = Step("regles", "Règles et critères", "Qui peut candidater, et comment le jury note.")
TEAM = Step("equipe", "Équipe", "Qui décide, qui tient le jury, qui paie.")
ALL = (*STEPS, RULES, FORM, TEAM)


def step_of(code: str) -> Step | None:
    return next((one for one in STEPS if one.code == code), None)
