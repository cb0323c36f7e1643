"""One figure, as other sites frame it: its value, its chart with the table behind, its definition."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from maillage.core.embeds import Embed, Shown
from maillage.observatory.lib.definitions import DEFINITIONS
from maillage.observatory.lib.tables import AXIS_LABELS
from maillage.observatory.queries.figures import territory_figures
from maillage.observatory.queries.screens import figure_screen
from maillage.spaces.models import Space


def embedded_figure(request: HttpRequest, space: Space, item: str, now: datetime) -> Shown | None:
    """Of the space, or of the commune asked for, under statistical secrecy as everywhere."""
    definition = DEFINITIONS.get(item)
    if definition is None:
        return None
    axis = request.GET.get("axe", "")
    axis = axis if axis in AXIS_LABELS else ""
    commune = request.GET.get("commune", "").strip()[:5]
    try:
        figures = territory_figures(space, now=now, commune=commune)
    except LookupError:
        return None
    screen = figure_screen(space, figures, definition, axis)
    filters = [figures.name] if commune else []
    filters += [f"par {AXIS_LABELS[axis]}"] if axis else []
    asked = [("axe", axis), ("commune", commune)]
    return Shown(
        title=", ".join([definition.label, *filters]),
        page=reverse("observatory:figure", args=[space.slug, item]),
        querystring="&".join(f"{name}={value}" for name, value in asked if value),
        filters=tuple(filters),
        source=f"Observatoire de l'économie sociale et solidaire de {space.name}",
        on=timezone.localdate(figures.at),
        context={
            "definition": definition,
            "screen": screen,
            "chart": next(iter(screen.charts), None),
        },
    )


def figure_choices(_space: Space, words: str, _now: datetime) -> list[tuple[str, str]]:
    """Every indicator whose name holds `words`."""
    wanted = words.strip().lower()
    return [(one.code, one.label) for one in DEFINITIONS.values() if wanted in one.label.lower()]


EMBEDS = (
    Embed(
        code="chiffre",
        label="Un chiffre",
        hint="Un chiffre du territoire, son graphique, sa définition et sa source.",
        icon="chart-bar",
        template="observatory/embed_figure.html",
        page_name="observatory:figure",
        shown=embedded_figure,
        item="indicator",
        item_label="Quel chiffre ?",
        choices=figure_choices,
        parameters=("axe", "commune"),
        height=560,
        order=40,
    ),
)
