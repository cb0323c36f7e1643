"""What other sites may show in a frame: rooms declare kinds on their door plates, a higher room frames them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One thing, ready to be framed. `page` is the address of the full page, from the root.

    `querystring` is the state it shows, canonical; `filters` says it in words. `source` and `on` are told under it.
    """

    title: str
    page: str
    source: str
    on: date | None
    querystring: str = ""
    filters: tuple[str, ...] = ()
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Embed:
    """A kind of frame. `code` is its word in the address, `height` what is proposed, in pixels.

    `shown(request, space, item, now)` reads the filters of the request and gives None for what is not public.
    `page_name` is the view of the full page, `item` the name of its parameter that says which one (empty when
    there is only one), `choices(space, words, now)` proposes items as (code, label). `parameters` of the full page
    say its state, where the page itself does not.
    """

    code: str
    label: str
    hint: str
    icon: str
    template: str
    page_name: str
    shown: Callable[[HttpRequest, Any, str, datetime], Shown | None]
    item: str = ""
    item_label: str = ""
    choices: Callable[[Any, str, datetime], list[tuple[str, str]]] | None = None
    has_filters: bool = False
    parameters: tuple[str, ...] = ()
    height: int = 480
    order: int = 50
