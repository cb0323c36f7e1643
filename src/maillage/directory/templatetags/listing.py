"""Cards and facets of a list, written in Python.

A page of results holds twenty cards and a hundred options: as templates they took four fifths of the
time of a request (25 ms of 31), here they take less than two. Everything that is not ours is escaped.
"""

from datetime import date
from functools import lru_cache
from html import escape

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString

from maillage.core.templatetags.house import ago, distance
from maillage.core.ui.icons import icon
from maillage.directory.lib.pages import Card, Facet, LegendEntry, Option
from maillage.structures.enums import Stage
from maillage.structures.queries.freshness import Age, stage_of

register = template.Library()
_SHOWN_LABELS = 2
_WORDS = {
    Stage.TO_CONFIRM: "À confirmer",
    Stage.TO_CHECK: "À vérifier",
    Stage.OLD: "Fiche ancienne",
}
_month = lru_cache(maxsize=512)(lambda day: format_date(day, "F Y"))


@register.simple_tag
def structure_cards(cards: list[Card]) -> SafeString:
    """Items of a list, each with a title of level 3."""
    today = timezone.localdate()
    return SafeString("".join(_card(card, "li", 3, today) for card in cards))


@register.simple_tag
def structure_card(card: Card, tag: str = "article", level: int = 3) -> SafeString:
    """A structure in a list: name, what it does, sector, place, form, labels, age of the data."""
    return SafeString(_card(card, tag, level, timezone.localdate()))


def _card(card: Card, tag: str, level: int, today: date) -> str:
    acronym = (
        f' <span class="acronym">{escape(card.acronym)}</span>'
        if card.acronym and card.acronym != card.name
        else ""
    )
    summary = f'<p class="card-summary">{escape(card.summary)}</p>' if card.summary else ""
    chips = "".join(f"<li>{chip}</li>" for chip in _chips(card))
    return (
        f'<{tag} class="card is-link structure-card{_faded(card, today)}" data-id="{card.id}">'
        f'<h{level} class="card-title"><a href="{escape(card.url)}">{escape(card.name)}</a>'
        f"{acronym}</h{level}>{summary}"
        f'<ul class="card-chips">{chips}</ul>'
        f'<p class="card-foot">{" · ".join(_foot(card, today))}</p></{tag}>'
    )


def _chip(text: str, symbol: str = "", hue: str = "") -> str:
    css = f"chip has-hue hue-{escape(hue)}" if hue else "chip"
    return f'<span class="{css}">{icon(symbol) if symbol else ""}{escape(text)}</span>'


def _chips(card: Card) -> list[str]:
    chips = []
    if card.sector_label:
        chips.append(_chip(card.sector_label, card.icon or "dots", card.hue or "other"))
    if card.municipality_names:
        others = len(card.municipality_names) - 1
        chips.append(
            _chip(card.municipality_names[0] + (f" + {others}" if others else ""), "map-pin")
        )
    if card.family_label:
        size = f" · {card.size_label}" if card.size_label else ""
        chips.append(_chip(card.family_label[:1].upper() + card.family_label[1:] + size))
    chips += [_chip(label, "rosette-discount-check") for label in card.labels[:_SHOWN_LABELS]]
    if len(card.labels) > _SHOWN_LABELS:
        chips.append(_chip(f"+ {len(card.labels) - _SHOWN_LABELS}"))
    return chips


def _foot(card: Card, today: date) -> list[str]:
    parts = [f"<strong>{distance(card.distance_m)}</strong>"] if card.distance_m is not None else []
    parts.append(_age_on(card.age, today))
    if card.source_label:
        month = f", {_month(card.source_date)}" if card.source_date else ""
        parts.append(f"source : {escape(card.source_label)}{month}")
    if card.approximate:
        parts.append("position approximative")
    if card.is_demo:
        parts.append('<span class="careful">structure inventée</span>')
    return parts


def _faded(card: Card, today: date) -> str:
    """A year without a person nor a source: the card is paler, and says it in words."""
    is_old = card.age is not None and stage_of(card.age.on, today) == Stage.OLD
    return " is-old" if is_old else ""


@lru_cache(maxsize=2048)
def _age_on(age: Age | None, today: date) -> str:
    """« Confirmée il y a 2 mois », « À vérifier : confirmée il y a 10 mois »…"""
    if age is None:
        return "<span>Pas encore confirmée</span>"
    stage = stage_of(age.on, today)
    if stage == Stage.FRESH:
        said = f'<span class="ok">Confirmée {ago(age.on)}</span>'
        return said if age.vouched else "<span>Pas encore confirmée</span>"
    what = "confirmée" if age.vouched else "registres d'"
    since = f"{what} {ago(age.on)}" if age.vouched else f"{what}{ago(age.on)}"
    return f'<span class="careful">{_WORDS[stage]} : {since}</span>'


@register.simple_tag
def facet_panels(facets: list[Facet]) -> SafeString:
    """The facets, one after the other."""
    return SafeString("".join(_panel(facet) for facet in facets))


def _panel(facet: Facet) -> str:
    """A facet: native disclosure, checkboxes of the search form, and a button where scripts are off."""
    name, title = escape(facet.name), escape(facet.title)
    active = " is-active" if facet.open else ""
    options = "".join(_option(name, option) for option in facet.options)
    clear = f'<a href="{escape(facet.clear_url)}">Tout effacer</a>' if facet.open else ""
    typed = _typed(facet) if facet.more else ""
    return (
        f'<details class="facet" name="facets" id="facet-{name}">'
        f'<summary class="chip is-choice{active}">{title} {icon("chevron-down")}</summary>'
        f'<fieldset class="facet-panel"><legend class="visually-hidden">{title}</legend>'
        f'{typed}<ul class="choices">{options}</ul><div class="facet-foot">{clear}<noscript>'
        '<button class="button is-small" type="submit" form="search">Appliquer</button>'
        "</noscript></div></fieldset></details>"
    )


def _typed(facet: Facet) -> str:
    """A field for the values that are not listed: a name will do."""
    name, more = escape(facet.name), f"{facet.more:,}".replace(",", "\u202f")
    return (
        f'<p class="field"><label for="t-{name}">Une des {more} autres, par son nom</label>'
        f'<input type="text" class="input" id="t-{name}" name="{name}" form="search"'
        ' maxlength="80" autocomplete="off" enterkeyhint="search"></p>'
    )


def _option(name: str, option: Option) -> str:
    value = escape(option.value)
    checked = " checked" if option.selected else ""
    child = ' class="is-child"' if option.depth else ""
    count = f"{option.count:,}".replace(",", "\u202f")
    return (
        f'<li{child}><label><input type="checkbox" id="f-{name}-{value}" name="{name}"'
        f' value="{value}" form="search" data-autosubmit{checked}> <span>{escape(option.label)}'
        f'</span> <span class="count">{count}</span></label></li>'
    )


@register.simple_tag
@lru_cache(maxsize=64)
def map_legend(entries: tuple[LegendEntry, ...]) -> SafeString:
    """Sectors with their hue and icon. The same for every page of a space: written once."""
    items = "".join(
        f'<li class="hue-{(hue := escape(entry.hue or "other"))}" data-sector="{escape(entry.code)}"'
        f' data-hue="{hue}" data-icon="{escape(entry.icon or "dots")}">'
        f'<span class="map-point">{icon(entry.icon or "dots")}</span> {escape(entry.label)}</li>'
        for entry in entries
    )
    return SafeString(
        '<details class="map-legend no-print">'
        f"<summary>{icon('tag')} Légende</summary><ul>{items}"
        '<li class="hue-other"><span class="map-point is-old"></span> '
        "Fiche ancienne : un an sans confirmation</li></ul></details>"
    )
