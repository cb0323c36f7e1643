"""Menus, panels and small text filters of the house."""

from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from maillage.core.room import NavEntry, Slot, nav_entries, panels
from maillage.core.ui import icons

if TYPE_CHECKING:
    from collections.abc import Sequence

register = template.Library()


@register.simple_tag(takes_context=True)
def nav(context: template.Context, slot: Slot) -> SafeString:
    """The menu `slot` for this request; prints nothing when it has no entry.

    In Python: three menus a page, and as a template each took as long as a query.
    """
    request = context.get("request")
    if request is None:
        return SafeString("")
    links = _nearest([_link(entry, request) for entry in nav_entries(slot, request)])
    rows = _grouped(links)
    inside = next((row for row in rows if len(row) > 1 and any(link.current for link in row)), [])
    first = "".join(row[0].as_html(row) for row in rows)
    second = "".join(link.as_html() for link in inside)
    return SafeString(
        (f"<ul>{first}</ul>" if first else "")
        + (f'<ul class="is-second">{second}</ul>' if second else "")
    )


class _Link(NamedTuple):
    """`current` is `page`, `true` (inside) or empty; `depth`, how much of the page's address it names."""

    entry: NavEntry
    address: str
    current: str
    text: str
    waiting: int
    depth: int

    def as_html(self, row: "Sequence[_Link]" = ()) -> str:
        """The link itself, or the whole row it leads to."""
        is_group = len(row) > 1
        current = self.current
        if is_group:
            current = "true" if any(link.current for link in row) else ""
        mark = f' aria-current="{current}"' if current else ""
        symbol = f"{icons.icon(self.entry.icon)} " if self.entry.icon else ""
        label = escape(self.entry.group if is_group else self.text)
        waiting = sum(link.waiting for link in row) if is_group else self.waiting
        label += f" ({waiting})" if waiting else ""
        return f'<li><a href="{escape(self.address)}"{mark}>{symbol}<span>{label}</span></a></li>'


def _link(entry: NavEntry, request: HttpRequest) -> _Link:
    addresses = [entry.url(request, name) for name in (entry.url_name, *entry.also)]
    around = [len(address) for address in addresses if request.path.startswith(address)]
    inside = bool(around) and not entry.exact
    current = "page" if request.path in addresses else ("true" if inside else "")
    depth = max(around) if current else 0
    return _Link(entry, addresses[0], current, entry.text(request), entry.waiting(request), depth)


def _nearest(links: list[_Link]) -> list[_Link]:
    """Of the entries that the page is inside of, only the nearest is current: « dossiers/dits/ » is not « dossiers/ »."""
    deepest = max((link.depth for link in links), default=0)
    return [link if link.depth == deepest else link._replace(current="") for link in links]


def _grouped(links: list[_Link]) -> list[list[_Link]]:
    """One row per group, where its first entry stands; an entry without group is a row alone."""
    rows: dict[str, list[_Link]] = {}
    for number, link in enumerate(links):
        rows.setdefault(link.entry.group or str(number), []).append(link)
    return list(rows.values())


@register.simple_tag(takes_context=True, name="panels")
def render_panels(context: template.Context, slot: str, subject: object) -> SafeString:
    """Fragments that other rooms offer for this place."""
    request = context["request"]
    parts = []
    for panel in panels(slot):
        data = panel.context(request, subject)
        if data is not None:
            parts.append(render_to_string(panel.template, data, request=request))
    return mark_safe("".join(parts))  # each part is the output of a template, already escaped


register.simple_tag(icons.icon, name="icon")


@register.simple_tag
def stylesheet_if_built() -> SafeString:
    """Link to the stylesheet for pages of failure: an installation without its assets still answers."""
    try:
        address = static("core/dist/app.css")
    except ValueError:
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', address)


@register.filter
def web(address: str | None) -> str:
    """An address somebody typed, if a browser may follow it: http or https, and nothing that runs."""
    shown = (address or "").strip()
    return shown if shown.lower().startswith(("http://", "https://")) else ""


@register.filter
def ago(moment: date | datetime | None) -> str:
    """Age of a moment, in words: « aujourd'hui », « hier », « il y a 3 jours », « il y a 2 mois »."""
    if moment is None:
        return ""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    days = (timezone.localdate() - day).days
    if days <= 0:
        return "aujourd'hui"
    if days == 1:
        return "hier"
    if days < 45:
        return f"il y a {days} jours"
    months = round(days / 30.44)
    if months < 24:
        return f"il y a {months} mois"
    return f"il y a {round(days / 365.25)} ans"


@register.filter
def months_since(moment: date | datetime | None) -> int:
    """Whole months since a moment; 0 when it is unknown."""
    if moment is None:
        return 0
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return int((timezone.localdate() - day).days / 30.44)


@register.filter
def distance(metres: float | None) -> str:
    """« 350 m », « 1,2 km », « 14 km »; empty when unknown."""
    if metres is None:
        return ""
    if metres < 950:
        return f"{max(10, round(metres / 10) * 10)} m"
    if metres < 9_950:
        return f"{metres / 1000:.1f} km".replace(".", ",")
    return f"{round(metres / 1000)} km"


@register.filter
def tied(text: str) -> str:
    """A French sentence whose colons, question marks, semicolons and « quotes » never start or end a line alone."""
    for mark in (":", ";", "?", "!", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")


@register.filter
def plural(count: int | None, endings: str = "s") -> str:
    """French plural, from two on: « 0 structure », « 1 structure », « 2 structures ».

    `endings` is the plural's, or « singular,plural ».
    """
    one, _, many = endings.rpartition(",")
    return many if (count or 0) >= 2 else one
