"""Charts of what the observatory counts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from maillage.core.charts import Bar, Bars, Lines, Series, number
from maillage.observatory.lib.definitions import Definition
from maillage.observatory.lib.report import in_full
from maillage.observatory.lib.tables import Breakdown, Figure

MOST_BARS = 40
_IN_ORDER = {"size", "age", "year", "typology"}
_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


class Dated(Protocol):
    @property
    def on(self) -> date: ...
    @property
    def note(self) -> str: ...
    @property
    def value(self) -> float | None: ...


def shown(value: float | None) -> str:
    return "secret" if value is None else number(round(value, 1) if value < 100 else round(value))


def with_bounds(figure: Figure) -> str:
    """« 1 514 (1 009 à 2 018) »."""
    text = shown(figure.value)
    if figure.value is None or figure.low is None or figure.high is None:
        return text
    return f"{text} ({shown(figure.low)} à {shown(figure.high)})"


def bars_of(
    definition: Definition, table: Breakdown, total: Figure, *, most: int = MOST_BARS
) -> Bars:
    """Greatest first, except where the keys have an order of their own; secret cells last."""
    rows = list(table.rows)
    if table.axis not in _IN_ORDER:
        rows.sort(key=lambda row: (row.value is None, -(row.value or 0), row.label))
    return Bars(
        title=f"{definition.label} par {table.label}",
        summary=_sentence(table, total, len(rows) - most),
        bars=[
            Bar(
                label=row.label[:1].upper() + row.label[1:],
                value=row.value,
                low=row.low,
                high=row.high,
                text=with_bounds(row),
                href=row.href,
            )
            for row in rows[:most]
        ],
        name=table.label[:1].upper() + table.label[1:],
        unit=definition.label,
    )


def _sentence(table: Breakdown, total: Figure, left: int) -> str:
    known = [row for row in table.rows if row.value]
    said = []
    if not known:
        said.append("Rien n'est compté ici.")
    elif table.axis == "year":
        most = max(known, key=lambda row: row.value or 0)
        said.append(f"L'année la plus haute est {most.label} : {shown(most.value)}.")
    else:
        most = max(known, key=lambda row: row.value or 0)
        part = f", {round(100 * (most.value or 0) / total.value)} % du total" if total.value else ""
        said.append(f"En tête : « {most.label} », {shown(most.value)}{part}.")
    if not table.adds_up and known:
        said.append("Une structure peut compter sur plusieurs lignes.")
    hidden = sum(row.is_secret for row in table.rows)
    if hidden:
        said.append(
            f"{hidden} ligne{'s' if hidden > 1 else ''} non montrée{'s' if hidden > 1 else ''} (secret statistique)."
        )
    if left > 0:
        said.append(f"{left} autres valeurs sont dans le fichier à télécharger.")
    if table.note:
        said.append(table.note)
    return " ".join(said)


def line_of(definition: Definition, points: Sequence[Dated]) -> Lines:
    """One indicator over the dated snapshots, then today."""
    first, last = points[0], points[-1]
    said = f"Du {in_full(first.on)} au {in_full(last.on)}, {len(points) - 1} relevé{'s' if len(points) > 2 else ''}."
    if first.value is not None and last.value is not None:
        said += f" De {shown(first.value)} à {shown(last.value)}."
    invented = sorted({point.note for point in points if point.note.startswith("Démonstration")})
    said += "".join(f" {note}." for note in invented)
    return Lines(
        title=f"{definition.label} d'un relevé à l'autre",
        summary=said,
        ticks=tuple(_day(point.on) for point in points),
        at=tuple(float(point.on.toordinal()) for point in points),
        series=(Series(definition.label, tuple(point.value for point in points)),),
        name="Relevé",
        unit=definition.label,
    )


def lines_by_year(
    definition: Definition, rows: Iterable[tuple[str, int, float]], *, most: int = 6
) -> Lines | None:
    """Published values: (name of the series, year, value). None when no series has two years."""
    found: dict[str, dict[int, float]] = {}
    for name, year, value in rows:
        found.setdefault(name, {})[year] = value
    kept = {name: values for name, values in found.items() if len(values) > 1}
    if not kept:
        return None
    years = sorted({year for values in kept.values() for year in values})
    longest = sorted(kept, key=lambda name: -len(kept[name]))[:most]
    return Lines(
        title=f"{definition.label} : séries publiées",
        summary=f"De {years[0]} à {years[-1]}, telles que leurs sources les publient.",
        ticks=tuple(str(year) for year in years),
        at=tuple(float(year) for year in years),
        series=tuple(
            Series(name, tuple(kept[name].get(year) for year in years)) for name in longest
        ),
        name="Année",
        unit=definition.unit,
    )


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
