"""The elected member's page: what to know in two minutes, on one sheet."""

from django.utils import timezone

from maillage.core.charts import Bars, number
from maillage.core.charts.words import shortened
from maillage.observatory.enums import Indicator
from maillage.observatory.lib.definitions import DEFINITIONS
from maillage.observatory.lib.report import (
    Beside,
    Block,
    Drawing,
    Lines,
    Note,
    Report,
    Section,
    Tiles,
    Words,
    in_full,
)
from maillage.observatory.queries.declared import declared_in
from maillage.observatory.queries.gaps import gaps_of
from maillage.observatory.queries.reports_figures import Asked, bars_of, key_figures
from maillage.observatory.queries.reports_gaps import most_missing, unknown_part

_BARS, _LINES, _LONG = 5, 4, 110


def summary_of(asked: Asked, foot: str) -> Report:
    """Key figures, sectors, the three layers of gaps apart, and where it all comes from."""
    sections = [_figures(asked), _sectors(asked), _gaps(asked)]
    return Report(
        title=shortened(asked.space.name, _LONG),
        over="Synthèse pour les élus",
        subtitle=f"L'économie sociale et solidaire en une page, {asked.day}",
        author=asked.space.authority,
        foot=foot,
        at=asked.figures.at,
        sections=tuple(one for one in sections if one is not None),
        one_page=True,
    )


def _figures(asked: Asked) -> Section | None:
    section = key_figures(asked)
    if section is None:
        return None
    tiles = [block for block in section.blocks if isinstance(block, Tiles)]
    return Section("figures", section.title, (Tiles(tiles[0].items[:6]),))


def _sectors(asked: Asked) -> Section | None:
    found = asked.figures.breakdown(Indicator.STRUCTURES, "sector")
    if found is None or not found.rows:
        return None
    chart: Bars = bars_of(found, DEFINITIONS[Indicator.STRUCTURES], is_ranked=True, most=_BARS)
    return Section(
        "sectors", "Les premiers secteurs", (Drawing(chart, has_table=False, says_values=True),)
    )


def _gaps(asked: Asked) -> Section:
    return Section(
        "gaps",
        "Ce qui manque : trois lectures, jamais additionnées",
        (Beside((_measured(asked), _declared(asked), _unknown(asked))), _sources(asked)),
    )


def _measured(asked: Asked) -> Section:
    lines = most_missing(asked.space, limit=_LINES)
    told = tuple(
        shortened(f"{line.need.label}, {line.place.name} : {line.words}", _LONG + 40)
        for line in lines
    )
    blocks: tuple[Block, ...] = (Lines(told),) if told else (Words("Rien n'est mesuré encore."),)
    return Section("measured", "D'après la mesure", blocks)


def _declared(asked: Asked) -> Section:
    declared = declared_in(asked.space)
    if not declared.count:
        return Section(
            "declared", "D'après les gens", (Words("Personne ne s'est encore exprimé."),)
        )
    needs = gaps_of(asked.space).needs
    told = tuple(
        f"{shortened(needs[one.code].label, 60) if one.code in needs else 'Autre chose'} : "
        f"{number(one.voices)} personne{'s' if one.voices > 1 else ''}"
        for one in declared.by_need[:_LINES]
    )
    return Section("declared", "D'après les gens", (Lines(told),))


def _unknown(asked: Asked) -> Section:
    section = unknown_part(asked)
    if section is None:
        return Section("unknown", "Ce que l'on ne sait pas", (Words("Rien n'est mesuré encore."),))
    return Section("unknown", "Ce que l'on ne sait pas", (section.blocks[0],))


def _sources(asked: Asked) -> Note:
    structures, jobs = DEFINITIONS[Indicator.STRUCTURES], DEFINITIONS[Indicator.JOBS]
    measured = gaps_of(asked.space).measured_at
    when = f" Manques mesurés le {in_full(timezone.localdate(measured))}." if measured else ""
    return Note(
        f"Structures : {structures.definition} Emplois : estimation d'après les tranches d'effectif ; {jobs.source} "
        f"Compté le {asked.day}.{when} Définitions et méthode : fiche territoire."
    )
