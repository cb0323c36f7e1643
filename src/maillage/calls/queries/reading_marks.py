"""Criteria of an edition with what the juror said of each: as a page shows them, level by level."""

from dataclasses import dataclass
from decimal import Decimal

from maillage.calls.lib.sheets import Mark, Sheet
from maillage.calls.models import Criterion, Review


@dataclass(frozen=True)
class LevelChoice:
    """`value` is what the form posts; `anchor` says in words what the level means."""

    value: str
    points: str
    anchor: str
    chosen: bool


@dataclass(frozen=True)
class CriterionLine:
    pk: int
    label: str
    description: str
    weight: Decimal
    counted: bool
    levels: list[LevelChoice]
    why: str
    said: str
    problem: str = ""


def criteria_lines(
    review: Review, criteria: list[Criterion], typed: Sheet | None, problems: dict[str, str]
) -> list[CriterionLine]:
    """One line a criterion: what was typed and not kept goes before what is kept."""
    marks = dict(typed.marks) if typed else marks_of(review)
    return [_line(one, marks.get(one.pk, Mark()), problems) for one in criteria]


def marks_of(review: Review) -> dict[int, Mark]:
    return {
        one.criterion_id: Mark(one.value, is_said=True, why=one.justification)
        for one in review.scores.all()
    }


def _line(one: Criterion, mark: Mark, problems: dict[str, str]) -> CriterionLine:
    anchors = [*one.anchors, *[""] * (one.scale_max + 1)]
    levels = [
        LevelChoice(str(value), str(value), str(anchors[value]), mark.value == value)
        for value in range(one.scale_max + 1)
    ]
    cannot = mark.is_said and mark.value is None
    levels.append(LevelChoice("na", "", "je ne peux pas dire (ne compte pas)", cannot))
    said = next((f"{one.points} {one.anchor}".strip() for one in levels if one.chosen), "")
    return CriterionLine(
        one.pk,
        one.label,
        one.description,
        one.weight,
        not one.is_independent,
        levels,
        mark.why,
        said,
        problems.get(f"c{one.pk}", ""),
    )
