"""A room's door plate: what it offers to the pages of the house without their knowing it.

Each room may have a `room.py` that calls `register(Room(...))`; it is imported when Django starts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse

from maillage.core.diagnosis.findings import Finding
from maillage.core.embeds import Embed

Slot = Literal["site", "space", "agent", "tools", "footer", "account"]

SPACE_SLOTS = frozenset({"space", "agent", "tools"})


def always(_request: HttpRequest) -> bool:
    return True


def none_waiting(_request: HttpRequest) -> int:
    return 0


@lru_cache(maxsize=4096)
def _address(name: str, slug: str) -> str:
    """Menus are on every page: each address is worked out once."""
    return reverse(name, args=[slug] if slug else [])


@dataclass(frozen=True, kw_only=True)
class NavEntry:
    """One link of a menu.

    `slot`: `site` (pages outside a space), `account` (menu of `/compte/`), `space` (a space's public menu), `agent` (its management
    menu), `tools` (beside the sign-in, as a button), `footer`. In `space`, `agent` and `tools` the address is reversed with the space's slug. `also` names
    other views under which the entry is the current one. `exact` marks an entry whose address begins
    those of its neighbours (the first page of a menu). Entries of one `group` make one entry of the menu, that
    leads to the first of them; a second row shows the others once inside. `waiting` counts what a person has to do there.
    """

    label: str
    url_name: str
    slot: Slot = "space"
    order: int = 50
    icon: str = ""
    also: tuple[str, ...] = ()
    exact: bool = False
    group: str = ""
    shown: Callable[[HttpRequest], bool] = always
    waiting: Callable[[HttpRequest], int] = none_waiting

    def text(self, request: HttpRequest) -> str:
        """What the link says; a room may make it depend on the page."""
        return self.label

    def url(self, request: HttpRequest, name: str = "") -> str:
        space = getattr(request, "space", None)
        slug = space.slug if space and self.slot in SPACE_SLOTS else ""
        return _address(name or self.url_name, slug)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A fragment that a page of a lower room shows without knowing who fills it.

    `context` gets the request and the page's subject; `None` means that there is nothing to show.
    """

    slot: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What a table keeps of a person: each foreign key to `User` must be in one (a test checks it).

    `model` is `app.Model`, `fields` its keys to `User` (or an e-mail column). `export` gives one person's rows as
    JSON values, None when the journal's export tells it already. `erase` is called when an account is
    deleted, in its transaction; None when the rows stay, and `kept` then says why, in French.
    """

    model: str
    fields: tuple[str, ...]
    label: str
    export: Callable[[Any], list[dict[str, Any]]] | None = None
    erase: Callable[[Any, datetime], None] | None = None
    kept: str = ""


@dataclass(frozen=True, kw_only=True)
class Retention:
    """A kind of data that a nightly job forgets. `purge(now)` gives the number of rows forgotten.

    `days` is how long it is kept, `label` what it is and `basis` the rule or advice that says so.
    """

    code: str
    label: str
    days: int
    basis: str
    purge: Callable[[datetime], int]


@dataclass(frozen=True, kw_only=True)
class Room:
    """`before_leaving` are asked when a person wants their account erased.

    Each gives the French sentences that say what to hand over first: none when the room can do without
    this person. `probes` look at what may be wrong in the room (`maillage check`). `embeds` are what other sites
    may frame.
    """

    name: str
    label: str
    nav: tuple[NavEntry, ...] = ()
    panels: tuple[Panel, ...] = field(default=())
    personal: tuple[PersonalData, ...] = ()
    retention: tuple[Retention, ...] = ()
    before_leaving: tuple[Callable[[Any], list[str]], ...] = ()
    probes: tuple[Callable[[datetime], list[Finding]], ...] = ()
    embeds: tuple[Embed, ...] = ()


_rooms: dict[str, Room] = {}


def register(room: Room) -> Room:
    """Add a room; registering the same name again replaces it, so that a reload is harmless."""
    _rooms[room.name] = room
    return room


def rooms() -> list[Room]:
    return list(_rooms.values())


def nav_entries(slot: Slot, request: HttpRequest) -> list[NavEntry]:
    """Entries that this person may follow, in order."""
    if slot in SPACE_SLOTS and getattr(request, "space", None) is None:
        return []
    entries = [
        entry
        for room in _rooms.values()
        for entry in room.nav
        if entry.slot == slot and entry.shown(request)
    ]
    return sorted(entries, key=lambda entry: (entry.order, entry.label))


def panels(slot: str) -> list[Panel]:
    found = [panel for room in _rooms.values() for panel in room.panels if panel.slot == slot]
    return sorted(found, key=lambda panel: (panel.order, panel.template))


def embeds() -> dict[str, Embed]:
    """By code, in the order of a choice. Raises ValueError when two rooms use one code."""
    found = sorted(
        (one for room in _rooms.values() for one in room.embeds),
        key=lambda one: (one.order, one.code),
    )
    by_code = {one.code: one for one in found}
    if len(by_code) != len(found):
        raise ValueError("two kinds of frame have the same code")
    return by_code
