"""The charts of a call, from its figures."""

from maillage.calls.queries.call_figures import Figures
from maillage.core.charts.shapes import Bar, Bars


def charts_of(found: Figures) -> list[Bars]:
    """Each says in one sentence what to see; a chart of nothing is left out."""
    charts = [_funnel(found)]
    if found.is_sealed:
        return charts
    charts += [
        _bars("Où en sont les dossiers", found.states, "État", "Dossiers"),
        _days(found),
        _bars("Communes de l'action", found.places, "Commune", "Dossiers"),
        _bars("Typologies", found.typologies, "Typologie", "Dossiers"),
        _bars("Typologies des projets retenus", found.chosen_typologies, "Typologie", "Dossiers"),
        _bars("Thèmes", found.themes, "Thème", "Dossiers"),
    ]
    return [one for one in charts if one.bars]


def _bars(title: str, rows: list[tuple[str, int]], name: str, unit: str) -> Bars:
    total, first = sum(count for _label, count in rows), rows[0] if rows else ("", 0)
    top = max(rows, key=lambda row: row[1], default=first)
    summary = f"« {top[0]} » vient en tête, avec {top[1]} sur {total}." if rows else ""
    return Bars(
        title=title,
        summary=summary,
        bars=[Bar(label=label, value=float(count)) for label, count in rows],
        name=name,
        unit=unit,
    )


def _funnel(found: Figures) -> Bars:
    first, last = found.funnel[0], found.funnel[-1]
    return Bars(
        title="De la première ligne à la décision",
        summary=f"{first[1]} candidatures commencées, {last[1]} {last[0].lower()}.",
        bars=[Bar(label=label, value=float(count)) for label, count in found.funnel],
        name="Étape",
        unit="Dossiers",
    )


def _days(found: Figures) -> Bars:
    slow = max(found.days, key=lambda row: row[1], default=("", 0.0))
    shown = str(slow[1]).replace(".", ",")
    return Bars(
        title="Jours passés dans chaque état (médiane)",
        summary=f"L'état le plus long est « {slow[0]} » : {shown} jours.",
        bars=[Bar(label=label, value=days) for label, days in found.days],
        name="État",
        unit="Jours",
    )
