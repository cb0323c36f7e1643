"""The juror's workbook, row by row: what each column is, and how a filled one is read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maillage.calls.enums import Recommendation
from maillage.calls.lib.sheets import Mark, Sheet

if TYPE_CHECKING:
    from maillage.calls.models import Criterion

SHEET, ANCHORS = "Notes", "Repères"
CANNOT = "NSP"
READING, VERSION, LABEL, TITLE = "Lecture", "Version", "Dossier", "Titre"
OPINION, CONFIDENCE, ABSTAINS = "Avis", "Assurance (1 à 3)", "S'abstient (oui)"
FOR_JURY, FOR_APPLICANT = "Pour le jury", "Pour le candidat"
_MARK = re.compile(r"L(\d{1,12})")
_NUMBER = re.compile(r"(\d{1,3})(?:[.,]0+)?")


@dataclass
class SheetRow:
    """One file of the workbook. `problems` are sentences; with one, nothing of the row is written."""

    line: int
    reading: int | None
    version: int
    label: str
    sheet: Sheet = field(default_factory=Sheet)
    problems: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        said = self.sheet
        texts = (said.comment_jury, said.comment_applicant, said.recommendation)
        return not (said.marks or said.abstains or said.confidence or any(texts))


def mark_of(pk: int) -> str:
    return f"L{pk}"


def score_column(one: "Criterion") -> str:
    return f"{one.label} [{one.code}] (0 à {one.scale_max})"


def why_column(one: "Criterion") -> str:
    return f"Pourquoi [{one.code}]"


def read_row(line: int, row: Mapping[str, str], criteria: Iterable["Criterion"]) -> SheetRow:
    """What a row says. Raises nothing: what cannot be understood is told in `problems`."""
    cells = {_key(name): value.strip() for name, value in row.items()}
    found = _MARK.fullmatch(cells.get(_key(READING), ""))
    version = cells.get(_key(VERSION), "")
    read = SheetRow(
        line,
        int(found[1]) if found else None,
        int(version) if version.isdecimal() and len(version) < 10 else -1,
        cells.get(_key(LABEL), "")[:120],
    )
    if not found:
        read.problems.append("la colonne « Lecture » a été changée : téléchargez une feuille neuve")
    marks: dict[int, Mark] = {}
    for one in criteria:
        said, why = cells.get(_key(score_column(one)), ""), cells.get(_key(why_column(one)), "")
        mark = _mark(one, said, why, read.problems)
        if mark is not None:
            marks[one.pk] = mark
    read.sheet = Sheet(
        marks=marks,
        comment_jury=cells.get(_key(FOR_JURY), ""),
        comment_applicant=cells.get(_key(FOR_APPLICANT), ""),
        recommendation=_opinion(cells.get(_key(OPINION), ""), read.problems),
        confidence=_confidence(cells.get(_key(CONFIDENCE), ""), read.problems),
        abstains=cells.get(_key(ABSTAINS), "").lower() in ("oui", "x", "1"),
    )
    return read


def _key(name: str) -> str:
    """Spreadsheets add spaces and change apostrophes."""
    return " ".join(name.replace("’", "'").lower().split())


def _mark(one: "Criterion", said: str, why: str, problems: list[str]) -> Mark | None:
    if not said:
        if why:
            problems.append(f"« {one.label} » a une explication et pas de note")
        return None
    if said.upper() == CANNOT:
        return Mark(None, is_said=True, why=why)
    number = _NUMBER.fullmatch(said)
    if number is None or int(number[1]) > one.scale_max:
        problems.append(
            f"« {one.label} » : « {said[:20]} » n'est ni un niveau de 0 à {one.scale_max}, ni {CANNOT}"
        )
        return None
    return Mark(int(number[1]), is_said=True, why=why)


def _opinion(said: str, problems: list[str]) -> str:
    if not said:
        return ""
    known = {label.lower(): value for value, label in Recommendation.choices}
    if said.lower() not in known:
        problems.append(f"« {said[:20]} » n'est pas un avis : {', '.join(known)}")
    return str(known.get(said.lower(), ""))


def _confidence(said: str, problems: list[str]) -> int | None:
    if not said:
        return None
    number = _NUMBER.fullmatch(said)
    if number is None or not 1 <= int(number[1]) <= 3:
        problems.append(f"« {said[:20]} » n'est pas une assurance de 1 à 3")
        return None
    return int(number[1])
