"""Charts drawn by the server: an SVG that needs neither script nor inline style, and its table.

A chart is a value: `Bars`, `Lines`, `SmallMultiples` or `AreaMap`. `svg(chart)` draws it for a page (classes of the style sheet, as wide as
its box, text at the page's size); `standalone(chart)` for a document (fixed width, colours within). `chart.table()` is the same
content in cells: a chart is never shown without it. In a template: `<c-chart :chart="chart" />`.
"""

from maillage.core.charts.draw import standalone, svg
from maillage.core.charts.shapes import (
    HIDDEN,
    Area,
    AreaMap,
    Bar,
    Bars,
    Cell,
    Chart,
    Lines,
    Series,
    SmallMultiples,
    Table,
)
from maillage.core.charts.words import number

__all__ = [
    "HIDDEN",
    "Area",
    "AreaMap",
    "Bar",
    "Bars",
    "Cell",
    "Chart",
    "Lines",
    "Series",
    "SmallMultiples",
    "Table",
    "number",
    "standalone",
    "svg",
]
