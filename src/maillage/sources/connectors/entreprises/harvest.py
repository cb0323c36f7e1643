"""Every page of a territory, each asked once, kept in a file so that a killed harvest goes on.

A question is a commune. When it meets the ceiling of 10 000 results it is split by section of
activity, then by activity. The file holds one JSON line per page; a line cut by a kill is ignored.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from maillage.sources.connectors.base import Issue, Progress
from maillage.sources.connectors.entreprises.client import CEILING, PER_PAGE, EntreprisesClient

KEPT_FOR = timedelta(days=1)
FILTERS = {
    "est_ess": "true",
    "etat_administratif": "A",
    "minimal": "true",
    "include": "siege,complements,matching_etablissements",
    "limite_matching_etablissements": "100",
    "per_page": str(PER_PAGE),
}
# Sections of the NAF rév. 2 and their divisions.
SECTIONS: dict[str, tuple[int, int]] = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (45, 47),
    "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68), "M": (69, 75), "N": (77, 82),
    "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93), "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
# Dropped before anything is written down: names of people, and what the directory has no use for.
DROPPED = ("dirigeants", "finances", "immatriculation", "admin")

Company = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    commune: str
    section: str = ""
    activity: str = ""

    def params(self, page: int) -> dict[str, str]:
        asked = {"code_commune": self.commune, "page": str(page), **FILTERS}
        if self.section:
            asked["section_activite_principale"] = self.section
        if self.activity:
            asked["activite_principale"] = self.activity
        return asked

    def split(self, activities: Iterable[str]) -> "list[Question]":
        """Narrower questions that cover this one; none when it can't be narrowed."""
        if self.activity:
            return []
        if not self.section:
            return [Question(self.commune, section) for section in SECTIONS]
        first, last = SECTIONS[self.section]
        return [
            Question(self.commune, self.section, code)
            for code in activities
            if first <= int(code[:2]) <= last
        ]


class Harvest:
    """`path` is the file of the pages; `activities` are the codes of the NAF rév. 2 (`94.99Z`)."""

    def __init__(
        self, client: EntreprisesClient, path: Path, activities: list[str], now: datetime
    ) -> None:
        self.client = client
        self.path = path
        self.activities = activities
        self.started = now
        self._pages: dict[str, dict[str, Any]] = {}
        self._resume(now)

    def _resume(self, now: datetime) -> None:
        """Take back the pages of an unfinished harvest of less than a day, or begin a new file."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        read = [found for line in lines if (found := _parsed(line)) is not None]
        begun = (
            datetime.fromisoformat(read[0]["started"]) if read and "started" in read[0] else None
        )
        if begun is None or not timedelta(0) <= now - begun <= KEPT_FOR:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(_line({"started": now.isoformat()}), encoding="utf-8")
            return
        self.started = begun
        self._pages = {page["key"]: page for page in read[1:] if "key" in page}
        if lines and _parsed(lines[-1]) is None:  # the kill cut it: the next line starts afresh
            kept = [{"started": begun.isoformat()}, *self._pages.values()]
            self.path.write_text("".join(map(_line, kept)), encoding="utf-8")

    def companies(self, communes: list[str]) -> Iterator[Company | Issue | Progress]:
        """Results of every commune; one company may come several times."""
        for done, commune in enumerate(communes, start=1):
            yield from self._answers(Question(commune))
            yield Progress(done / len(communes))

    def _answers(self, question: Question) -> Iterator[Company | Issue]:
        first = self._page(question, 1)
        total = first["total"]
        if total >= CEILING and (narrower := question.split(self.activities)):
            for one in narrower:
                yield from self._answers(one)
            return
        if total >= CEILING:
            yield Issue(
                "plafond",
                f"L'API ne donne que les {CEILING} premières structures de l'activité "
                f"{question.activity} dans la commune {question.commune} : prenez les fichiers Sirene.",
                severity="warning",
            )
        yield from first["results"]
        for number in range(2, -(-min(total, CEILING) // PER_PAGE) + 1):
            yield from self._page(question, number)["results"]

    def _page(self, question: Question, number: int) -> dict[str, Any]:
        key = "/".join((question.commune, question.section, question.activity, str(number)))
        if key not in self._pages:
            found = self.client.search(question.params(number))
            results = [
                {name: value for name, value in company.items() if name not in DROPPED}
                for company in found["results"]
            ]
            page = {"key": key, "total": found["total_results"], "results": results}
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(_line(page))
            self._pages[key] = page
        return self._pages[key]

    def forget(self) -> None:
        """The harvest is complete: the next one starts from nothing."""
        self.path.unlink(missing_ok=True)


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
