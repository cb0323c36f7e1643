"""The sentences of decisions, as they are sent and kept."""

from collections.abc import Iterable

from maillage.moderation.enums import Ground, Kind, Measure
from maillage.moderation.lib.wording import Line

_DONE = {
    Kind.PROPOSE: "La structure que vous avez proposée est dans l'annuaire.",
    Kind.CORRECT: "Votre correction est publiée.",
    Kind.CLOSED: "La structure est notée comme ayant cessé son activité.",
    Kind.LABEL: "Votre demande est acceptée.",
    Kind.REPORT: "Votre signalement a été suivi d'effet.",
    Kind.NOTICE: "Votre signalement a été examiné par une personne et suivi d'effet.",
}
REDRESS = (
    "Si vous n'êtes pas d'accord, demandez un nouvel examen en écrivant à {contact} : une autre personne "
    "que celle qui a décidé y répondra si c'est possible. Vous pouvez aussi saisir le tribunal administratif."
)


def accepted_text(
    contribution: object, lines: Iterable[Line], left: Iterable[str], more: str
) -> str:
    """Thanks, what was published field by field, what was not."""
    kind = Kind(contribution.kind)  # type: ignore[attr-defined]
    parts = [f"Merci ! {_DONE[kind]}"]
    published = [f"– {line.label} : {line.after or 'vide'}" for line in lines]
    if published:
        parts.append("Publié :\n" + "\n".join(published))
    if left := list(left):
        parts.append("Non retenu : " + ", ".join(left) + ".")
    if more:
        parts.append(more)
    if kind == Kind.NOTICE:
        parts.append(_redress(contribution))
    return "\n\n".join(parts)


def refused_text(contribution: object, said: str) -> str:
    """Thanks all the same, then why."""
    parts = ["Merci d'avoir pris le temps de nous écrire.", said]
    if contribution.kind == Kind.NOTICE:  # type: ignore[attr-defined]
        parts.append(
            "Une personne a examiné votre signalement ; aucun outil automatique n'a décidé."
        )
        parts.append(_redress(contribution))
    return "\n\n".join(parts)


def _redress(contribution: object) -> str:
    return redress(contribution.space)  # type: ignore[attr-defined]


def redress(space: object) -> str:
    """How a decision of this space can be contested."""
    contact = space.contact_email or space.authority  # type: ignore[attr-defined]
    return REDRESS.format(contact=contact)


def statement_text(
    *,
    structure: str,
    measure: str,
    target: str,
    facts: str,
    ground: str,
    ground_text: str,
    contest: str,
) -> str:
    """A statement of reasons: measure, facts, ground, means, redress (Regulation (EU) 2022/2065, art. 17 §3)."""
    what = Measure(measure).label + (f" ({target})" if target else "")
    return "\n\n".join(
        [
            f"Un agent a décidé d'une restriction sur la fiche « {structure} ».",
            f"Mesure : {what}, jusqu'à nouvel ordre.",
            f"Faits : {facts}",
            f"Fondement : {Ground(ground).label}. {ground_text}",
            "Moyens : la décision a été prise par une personne, sans outil automatique.",
            f"Recours : {contest}",
        ]
    )
