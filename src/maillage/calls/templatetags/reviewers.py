"""The table of readings, written in Python: fifty files and two hundred and fifty readings are a whole page of a template.

Everything that is not ours is escaped.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from maillage.calls.lib.words import in_euros
from maillage.calls.queries.reviewers import Cell, Row

register = template.Library()
_HEAD = (
    '<section class="table-scroll" aria-label="Lectures" tabindex="0"><table class="table is-stacked">'
    '<caption class="visually-hidden">Lectures</caption><thead><tr><th scope="col">Dossier</th>'
    '<th scope="col">Demande</th><th scope="col">Rendues</th><th scope="col">Note moyenne</th><th scope="col">Écart</th>'
    '<th scope="col">Lecteurs</th></tr></thead><tbody>'
)
_KINDS = {"submitted": " is-ok", "draft": "", "assigned": "", "reopened": " is-careful"}


@register.filter
def reviewers_table(rows: Sequence[Row], slug: str) -> SafeString:
    """The whole table; each file leads to its readings, each reading says who, how far, and its score."""
    return SafeString(
        _HEAD + "".join(_row(row, slug) for row in rows) + "</tbody></table></section>"
    )


def _row(row: Row, slug: str) -> str:
    missing = f' <span class="badge is-error">{row.missing} à confier</span>' if row.missing else ""
    asked = escape(in_euros(row.requested)) if row.requested is not None else ""
    theme = f" · {escape(row.theme)}" if row.theme else ""
    cells = "".join(_cell(one) for one in row.cells)
    return (
        f'<tr><th scope="row"><a href="{_address(slug, row.edition, row.pk)}">{escape(row.number)}</a> '
        f'{escape(row.name)}<br><span class="small muted">{escape(row.title)}{theme}</span></th>'
        f'<td class="number" data-label="Demande">{asked}</td><td class="number" data-label="Rendues">{row.done} sur {row.wanted}{missing}</td>'
        f'<td class="number" data-label="Note moyenne">{row.mean}</td><td class="number" data-label="Écart">{row.spread}</td>'
        f'<td><ul class="inline-list">{cells}</ul></td></tr>'
    )


def _cell(cell: Cell) -> str:
    kind = " is-error" if cell.is_late else _KINDS.get(cell.state, "")
    said = cell.total or ("en retard" if cell.is_late else cell.label)
    return (
        f'<li><span class="badge{kind}" title="{escape(cell.reader)}">{escape(cell.initials)}'
        f'<span class="visually-hidden"> {escape(cell.reader)}</span> {escape(said)}</span></li>'
    )


def _address(slug: str, edition: int, pk: int) -> str:
    return f"{_base(slug, edition)}{pk}/"


@lru_cache(maxsize=512)
def _base(slug: str, edition: int) -> str:
    """`reverse` once a page rather than once a row."""
    return reverse("readings:file", args=[slug, edition, 0]).removesuffix("0/")
