"""Draws a chart: for a page, or for a document."""

import math
from dataclasses import replace
from html import escape

from django.utils.safestring import SafeString, mark_safe

from maillage.core.charts import map as maps
from maillage.core.charts.pen import Pen, hue
from maillage.core.charts.shapes import AreaMap, Bar, Bars, Chart, Lines, SmallMultiples
from maillage.core.charts.words import number, shortened

# Letters of a bar's label and value together: what the narrowest phone (320 px) shows on one line.
_LINE = 46
_ROW = 44.0
_BAR = 14.0
_PLOT = 170.0
_GAP = 24.0
_LEGEND = 20.0
_MOST_TICKS = 6


def svg(chart: Chart) -> SafeString:
    """For a page. Small multiples are several images, side by side where there is room."""
    if isinstance(chart, AreaMap):
        return maps.svg(chart)
    if isinstance(chart, SmallMultiples):
        drawn = "".join(
            f'<li><p class="chart-panel-title">{escape(panel.title)}</p>{_draw(panel, Pen())}</li>'
            for panel in _on_one_scale(chart)
        )
        return mark_safe(f'<ul class="chart-multiples">{drawn}</ul>')  # every text was escaped
    return mark_safe(_draw(chart, Pen()))  # the pen escapes every text


def standalone(chart: Chart, *, width: float = 640) -> str:
    """For a document: a whole SVG file, `width` units wide, whose look needs no style sheet."""
    if isinstance(chart, AreaMap):
        return maps.draw(chart, width=width)
    if isinstance(chart, SmallMultiples):
        return _sheet_of_panels(chart, width)
    return _draw(chart, Pen(width))


def _draw(chart: Bars | Lines, pen: Pen) -> str:
    body, height = _content(chart, pen)
    return pen.sheet(chart.title, chart.summary, height, body)


def _content(chart: Bars | Lines, pen: Pen) -> tuple[str, float]:
    return _bars(chart, pen) if isinstance(chart, Bars) else _lines(chart, pen)


def _bars(chart: Bars, pen: Pen) -> tuple[str, float]:
    top = chart.top or chart.largest() or 1.0
    parts = [_bar(bar, rank * _ROW, top, pen) for rank, bar in enumerate(chart.bars)]
    height = len(chart.bars) * _ROW
    if chart.reference is not None and chart.bars:
        place = min(chart.reference / top, 1.0)
        parts.append(pen.line("reference", place, 0, place, height))
        words = f"{chart.reference_label} : {number(chart.reference)}"
        anchor = "end" if place > 0.5 else "start"
        parts.append(pen.text("small", words, x=place, y=height + 14, anchor=anchor))
        height += 20
    return "".join(parts), max(height, 1.0)


def _bar(bar: Bar, y: float, top: float, pen: Pen) -> str:
    under = y + 22
    parts = [
        pen.two_words(shortened(bar.label, _LINE - len(bar.words)), bar.words, y=y + 15),
        pen.rect("track", x=0, y=under, width=1, height=_BAR),
    ]
    if bar.value:
        look = "bar-strong" if bar.is_strong else ("bar" if bar.low is None else "bar-soft")
        share = min(bar.value / top, 1.0)
        parts.append(pen.rect(look, x=0, y=under, width=share, height=_BAR))
    if bar.value is not None and bar.low is not None and bar.high is not None:
        low, high, middle = min(bar.low / top, 1.0), min(bar.high / top, 1.0), under + _BAR / 2
        parts.append(pen.line("range", low, middle, high, middle))
        parts += [pen.line("range", end, middle - 4, end, middle + 4) for end in (low, high)]
    return "".join(parts)


def _lines(chart: Lines, pen: Pen) -> tuple[str, float]:
    top = _round_top(chart.top or chart.largest() or 1.0)
    places = _places(chart)
    legend = [one for one in chart.series if one.label] if len(chart.series) > 1 else []
    begin = len(legend) * _LEGEND + 18
    parts = [_legend(one.label, rank, pen) for rank, one in enumerate(legend)]
    for share in (0.0, 0.5, 1.0):
        y = begin + (1 - share) * _PLOT
        parts.append(pen.line("axis" if share == 0 else "grid", 0, y, 1, y))
        if share:
            parts.append(pen.text("small", number(top * share), x=0, y=y - 4))
    for rank, one in enumerate(chart.series):
        points = [
            None if value is None else (places[i], 1 - min(value / top, 1.0))
            for i, value in enumerate(one.values)
        ]
        for run in _runs(points):
            if len(run) > 1:
                parts.append(pen.path(f"line-{hue(rank)}", run, top=begin, room=_PLOT))
            parts += [pen.dot(f"dot-{hue(rank)}", x, begin + y * _PLOT) for x, y in run]
    parts += _tick_words(chart, places, begin + _PLOT + 18, pen)
    return "".join(parts), begin + _PLOT + 26


def _round_top(largest: float) -> float:
    """The first of 1, 2, 2.5, 3, 4, 5, 6, 8 and 10, times a power of ten, that is not under `largest`."""
    unit = 10.0 ** math.floor(math.log10(largest))
    return next(step * unit for step in (1, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= largest)


def _places(chart: Lines) -> list[float]:
    """Where each tick stands, between 4 % and 96 % of the width."""
    at = list(chart.at or range(len(chart.ticks)))
    if len(at) < 2 or at[-1] == at[0]:
        return [0.5] * len(at)
    return [0.04 + 0.92 * (one - at[0]) / (at[-1] - at[0]) for one in at]


def _legend(label: str, rank: int, pen: Pen) -> str:
    """A piece of the line, then its name: a dash tells it as well as its colour."""
    y = rank * _LEGEND + 10
    return pen.line(f"line-{hue(rank)}", 0, y, 0.08, y) + pen.text(
        "small", shortened(label, 44), x=0.1, y=y + 4
    )


def _runs(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Pieces of line between the unknown values."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _tick_words(chart: Lines, places: list[float], y: float, pen: Pen) -> list[str]:
    """First, last, and as many others as fit on a phone."""
    last = len(chart.ticks) - 1
    step = -(-last // (_MOST_TICKS - 1)) or 1
    shown = {rank for rank in range(0, last + 1, step) if last - rank >= step} | {last}
    return [
        pen.text(
            "small",
            words,
            x=places[rank],
            y=y,
            anchor="middle" if 0 < rank < last or last == 0 else ("start" if rank == 0 else "end"),
        )
        for rank, words in enumerate(chart.ticks)
        if rank in shown
    ]


def _on_one_scale(chart: SmallMultiples) -> list[Bars | Lines]:
    top = max([0.0, *(panel.top or panel.largest() for panel in chart.panels)]) or 1.0
    return [replace(panel, top=top) for panel in chart.panels]


def _sheet_of_panels(chart: SmallMultiples, width: float) -> str:
    panels = _on_one_scale(chart)
    columns = 2 if len(panels) > 1 else 1
    wide = (width - _GAP * (columns - 1)) / columns
    parts, y = [], 0.0
    for begin in range(0, len(panels), columns):
        tallest = 0.0
        for column, panel in enumerate(panels[begin : begin + columns]):
            pen = Pen(wide)
            body, height = _content(panel, pen)
            title = pen.text("value", shortened(panel.title, 44), x=0, y=14)
            x = column * (wide + _GAP)
            parts.append(
                f'<g transform="translate({x:.2f} {y:.2f})">{title}'
                f'<g transform="translate(0 26)">{body}</g></g>'
            )
            tallest = max(tallest, height + 26)
        y += tallest + _GAP
    return Pen(width).sheet(chart.title, chart.summary, max(y, 1.0), "".join(parts))
