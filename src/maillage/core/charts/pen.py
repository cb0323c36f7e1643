"""Writes SVG elements: with classes for a page, with presentation attributes for a document.

Both are the same drawing. On a page, places across are percentages, so that the chart takes the width of its box while its
text keeps the page's size; in a document they are numbers.
"""

from html import escape

# Hues told apart by colour-blind readers; each series also has its own dash.
HUES = ("#0f5a66", "#b4441f", "#7a4e9e", "#8a6500", "#1f5fbf", "#b0307a")
DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 4", "1 4")

_TEXT = {"font-family": "Atkinson Hyperlegible Next, sans-serif", "fill": "#12343b"}
_LOOKS: dict[str, dict[str, str]] = {
    "label": {**_TEXT, "font-size": "14"},
    "value": {**_TEXT, "font-size": "14", "font-weight": "700"},
    "small": {**_TEXT, "font-size": "12", "fill": "#4a6066"},
    "track": {"fill": "#edf2f0"},
    "bar": {"fill": "#0f5a66"},
    "bar-soft": {"fill": "#4a8a93"},
    "bar-strong": {"fill": "#b4441f"},
    "range": {"stroke": "#12343b", "stroke-width": "1.5"},
    "reference": {"stroke": "#b4441f", "stroke-width": "1.5", "stroke-dasharray": "4 3"},
    "axis": {"stroke": "#7c8a8d", "stroke-width": "1"},
    "grid": {"stroke": "#d9d3c7", "stroke-width": "1"},
} | {
    f"{kind}-{rank}": look
    for rank, (hue, dash) in enumerate(zip(HUES, DASHES, strict=True), 1)
    for kind, look in (
        (
            "line",
            {"fill": "none", "stroke": hue, "stroke-width": "2.5"}
            | ({"stroke-dasharray": dash} if dash else {}),
        ),
        ("dot", {"fill": hue}),
    )
}


def hue(rank: int) -> int:
    """Which of the hues the series `rank` (from 0) has."""
    return rank % len(HUES) + 1


class Pen:
    """`width` is None on a page."""

    def __init__(self, width: float | None = None) -> None:
        self.width = width

    @property
    def is_fluid(self) -> bool:
        return self.width is None

    def across(self, share: float) -> str:
        """A place or a length, from a share of the whole width (0 to 1)."""
        if self.width is None:
            return f"{share * 100:.2f}%"
        return f"{share * self.width:.2f}"

    def look(self, name: str) -> str:
        if self.is_fluid:
            return f' class="chart-{name}"'
        return "".join(f' {key}="{escape(value)}"' for key, value in _LOOKS[name].items())

    def rect(self, look: str, *, x: float, y: float, width: float, height: float) -> str:
        return (
            f'<rect x="{self.across(x)}" y="{y:g}" width="{self.across(width)}" height="{height:g}"'
            f' rx="3"{self.look(look)}/>'
        )

    def line(self, look: str, x1: float, y1: float, x2: float, y2: float) -> str:
        return (
            f'<line x1="{self.across(x1)}" y1="{y1:.2f}" x2="{self.across(x2)}" y2="{y2:.2f}"'
            f"{self.look(look)}/>"
        )

    def dot(self, look: str, x: float, y: float) -> str:
        return f'<circle cx="{self.across(x)}" cy="{y:.2f}" r="4"{self.look(look)}/>'

    def text(self, look: str, words: str, *, x: float, y: float, anchor: str = "start") -> str:
        return (
            f'<text x="{self.across(x)}" y="{y:g}" text-anchor="{anchor}"{self.look(look)}>'
            f"{escape(words)}</text>"
        )

    def two_words(self, label: str, value: str, *, y: float) -> str:
        """A label, then its value in bold, on one line: they never cross."""
        return (
            f'<text x="0" y="{y:g}"{self.look("label")}>{escape(label)} '
            f"<tspan{self.look('value')}>{escape(value)}</tspan></text>"
        )

    def path(self, look: str, points: list[tuple[float, float]], *, top: float, room: float) -> str:
        """A line through `points` (shares of the width and of `room`, both from the top left)."""
        if self.is_fluid:
            drawn = " ".join(f"{x * 100:.2f},{y * 100:.2f}" for x, y in points)
            return (
                f'<svg x="0" y="{top:g}" width="100%" height="{room:g}" viewBox="0 0 100 100"'
                f' preserveAspectRatio="none" overflow="visible"><polyline points="{drawn}"'
                f' vector-effect="non-scaling-stroke"{self.look(look)}/></svg>'
            )
        wide = self.width or 0
        drawn = " ".join(f"{x * wide:.2f},{top + y * room:.2f}" for x, y in points)
        return f'<polyline points="{drawn}"{self.look(look)}/>'

    def sheet(self, title: str, summary: str, height: float, body: str) -> str:
        """The whole image, with its name and its description."""
        size = (
            f' width="100%" height="{height:g}" class="chart-image"'
            if self.is_fluid
            else f' width="{self.width:g}" height="{height:g}" viewBox="0 0 {self.width:g} {height:g}"'
        )
        described = f"<desc>{escape(summary)}</desc>" if summary else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img"{size}>'
            f"<title>{escape(title)}</title>{described}{body}</svg>"
        )
