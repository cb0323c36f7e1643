"""What the people of a page should add next, in the order of what helps most."""

from dataclasses import dataclass

from maillage.structures.enums import Axis, State
from maillage.structures.models import Structure
from maillage.structures.queries.completeness import Facts, completeness, missing


@dataclass(frozen=True, slots=True)
class Step:
    """`page` names the page of the keeper where it is done; `counts` tells the steps of the percentage."""

    code: str
    advice: str
    page: str
    counts: bool = True


_STEPS = (
    Step("description", "Dites en quelques phrases ce que vous faites, et pour qui.", "edit"),
    Step("email", "Donnez une adresse e-mail ; vous choisissez qui la voit.", "edit"),
    Step("phone", "Donnez un téléphone ; vous choisissez qui le voit.", "edit"),
    Step("hours", "Dites quand vous êtes ouverts : c'est ce que l'on cherche d'abord.", "places"),
    Step("sector", "Choisissez votre secteur : c'est par lui que l'on vous trouve.", "terms"),
    Step("place", "Donnez l'adresse du lieu où l'on vous trouve.", "places"),
    Step("website", "Donnez l'adresse de votre site, s'il existe.", "edit"),
    Step("service", "Décrivez un service, avec son public et son tarif.", "service", counts=False),
    Step("picture", "Ajoutez une photo de votre lieu ou de votre équipe.", "picture", counts=False),
    Step(
        "link",
        "Ajoutez vos réseaux sociaux, vos offres de bénévolat, de stage ou d'emploi.",
        "link",
        counts=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Advice:
    """`score` out of 100, the same as the agents read; `steps` are what is still to do."""

    score: int
    steps: tuple[Step, ...]


def advice_for(structure: Structure) -> Advice:
    """Five queries."""
    places = list(
        structure.establishments.filter(state=State.ACTIVE).values_list("opening_hours", "lon")
    )
    facts = Facts(
        description=structure.description,
        phone=bool(structure.phone),
        email=bool(structure.email),
        website=bool(structure.website),
        hours=any(hours for hours, _lon in places),
        sector=structure.structure_terms.filter(term__axis=Axis.SECTOR).exists(),
        place=any(lon is not None for _hours, lon in places),
    )
    lacking = set(missing(facts))
    for code, rows in (
        ("service", structure.services),
        ("picture", structure.pictures),
        ("link", structure.links),
    ):
        if not rows.exists():
            lacking.add(code)
    return Advice(completeness(facts), tuple(step for step in _STEPS if step.code in lacking))
