"""Published lists read row by row: columns found by folded name, flaws told in sentences."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from maillage.core.tabular.cells import CellError, Point, point
from maillage.core.tabular.reading import Limits, Table, TableError, open_table
from maillage.sources.connectors.base import Issue, Progress, ReadContext, SourceError
from maillage.structures.models import Structure

STEP = 2_000
# National lists are bigger, once unzipped, than a table an agent keeps.
LIMITS = Limits(unzipped=6_000_000_000)

T = TypeVar("T")


class RefusedError(Exception):
    """A row that can't be taken; the issue says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


def fold(header: str) -> str:
    """`Libellé de la commune` → `libelle_de_la_commune`."""
    plain = unicodedata.normalize("NFKD", header.replace("œ", "oe"))
    letters = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


class Line:
    """A row under the names a connector asks for; absent columns give empty strings."""

    def __init__(self, number: int, cells: dict[str, str], names: dict[str, str]) -> None:
        self.number = number
        self._cells = cells
        self._names = names

    def __getitem__(self, name: str) -> str:
        header = self._names.get(name)
        return self._cells.get(header, "") if header else ""

    @property
    def excerpt(self) -> str:
        return " ; ".join(value for value in self._cells.values() if value)[:300]

    def needed(self, name: str, parse: Callable[[object], T]) -> T:
        """The value of a cell without which the row is worth nothing. Raises `RefusedError`."""
        try:
            return parse(self[name])
        except CellError as error:
            raise RefusedError(self.issue(error.code, error.message)) from error

    def wanted(self, name: str, parse: Callable[[object], T], reserves: list[Issue]) -> T | None:
        """The value of a cell; a wrong one is left out, with a reserve."""
        try:
            return parse(self[name])
        except CellError as error:
            reserves.append(self.issue(error.code, error.message, reserve=True))
            return None

    def quiet(self, name: str, parse: Callable[[object], str]) -> str:
        """The value of a cell nobody would miss: empty when it is wrong."""
        try:
            return parse(self[name])
        except CellError:
            return ""

    def wanted_point(self, reserves: list[Issue]) -> Point | None:
        """The point of the cells `lon` and `lat`; a wrong one is left out, with a reserve."""
        try:
            return point(self["lon"], self["lat"])
        except CellError as error:
            reserves.append(self.issue(error.code, error.message, reserve=True))
            return None

    def issue(self, code: str, message: str, *, reserve: bool = False) -> Issue:
        return Issue(code, message, self.number, "warning" if reserve else "refused", self.excerpt)


class Listing:
    """`columns` maps a short name to the folded headers it may have, best first."""

    def __init__(
        self, path: Path, columns: dict[str, tuple[str, ...]], required: tuple[str, ...], what: str
    ) -> None:
        try:
            self.table: Table = open_table(path, limits=LIMITS)
        except TableError as error:
            raise SourceError(str(error)) from error
        headers = {fold(header): header for header in reversed(self.table.headers)}
        self._headers = headers
        self.names = {
            short: next(headers[known] for known in aliases if known in headers)
            for short, aliases in columns.items()
            if any(known in headers for known in aliases)
        }
        for short in required:
            if short not in self.names:
                raise SourceError(
                    f"Il manque la colonne « {columns[short][0]} » dans « {path.name} » : ce n'est pas "
                    f"{what}."
                )

    def guess(self, short: str, pattern: str) -> None:
        """Take the first header whose folded name holds `pattern`, for a column not found by name."""
        free = [
            folded for folded, header in self._headers.items() if header not in self.names.values()
        ]
        found = next((folded for folded in reversed(free) if re.search(pattern, folded)), None)
        if short not in self.names and found is not None:
            self.names[short] = self._headers[found]

    def __contains__(self, short: str) -> bool:
        return short in self.names

    def lines(self) -> Iterator[Line | Issue | Progress]:
        """Rows in order, between them the rows that could not be read and the progress."""
        try:
            for count, (number, cells) in enumerate(self.table.rows(), start=1):
                yield from self._problems()
                yield Line(number, cells, self.names)
                if count % STEP == 0:
                    yield Progress(self.table.done)
            yield from self._problems()
        except TableError as error:
            raise SourceError(str(error)) from error

    def _problems(self) -> Iterator[Issue]:
        for problem in self.table.take_problems():
            yield Issue(problem.code, problem.message, problem.line, "refused", problem.excerpt)


def known_sirens() -> set[str]:
    """SIREN of the directory: what lists complete, and what registers follow until it ceases."""
    return set(Structure.objects.filter(siren__isnull=False).values_list("siren", flat=True))


def date_option(context: ReadContext) -> date | None:
    """The day an agent said the data are of."""
    said = context.options.get("date")
    return date.fromisoformat(said) if said else None
