"""Frames for other sites: what is asked for, its address, and the code to paste."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse

from maillage.core.embeds import Embed, Shown
from maillage.core.room import embeds
from maillage.spaces.models import Space

LOWEST, TALLEST = 200, 2000
NARROWEST, WIDEST = 240, 2000


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame ready to be pasted. `path` is its address from the root; `width` is 0 for all the width there is.

    `place` is the name of the space.
    """

    shown: Shown
    kind: Embed
    item: str
    place: str
    path: str
    width: int
    height: int

    @property
    def src(self) -> str:
        return settings.BASE_URL + self.path

    @property
    def full_url(self) -> str:
        return full_url(self.shown)

    @property
    def snippet(self) -> str:
        return snippet(self)

    @property
    def state(self) -> list[tuple[str, str]]:
        """The filters, as a form sends them again."""
        return parse_qsl(self.shown.querystring)


def full_url(shown: Shown) -> str:
    return settings.BASE_URL + _with(shown.page, shown.querystring)


def frame(
    request: HttpRequest,
    space: Space,
    kind: Embed,
    item: str,
    *,
    now: datetime,
    width: int = 0,
    height: int = 0,
) -> Frame | None:
    """None for what does not exist, or is not public."""
    shown = kind.shown(request, space, item, now)
    if shown is None:
        return None
    parts = [space.slug, kind.code, *([item] if kind.item else [])]
    name = "embeds:framed_item" if kind.item else "embeds:framed"
    path = _with(reverse(name, args=parts), shown.querystring)
    return Frame(shown, kind, item, space.name, path, width, height or kind.height)


def snippet(one: Frame) -> str:
    """HTML without a script: a frame as wide as its place, and a link for who cannot see it."""
    title = _plain(f"{one.shown.title} – {one.place}")
    limit = f";max-width:{one.width}px" if one.width else ""
    return (
        f'<iframe src="{_plain(one.src)}" title="{title}" width="100%" height="{one.height}" '
        f'loading="lazy" style="border:0{limit}"></iframe>\n'
        f'<p><a href="{_plain(one.full_url)}">{title}</a></p>'
    )


def _plain(text: str) -> str:
    """As text or as an attribute between double quotes; apostrophes stay readable."""
    return escape(text, quote=False).replace('"', "&quot;")


def kind_of_page(view_name: str) -> Embed | None:
    """The frame of a full page."""
    return next((kind for kind in embeds().values() if kind.page_name == view_name), None)


def state_of(request: HttpRequest, kind: Embed) -> str:
    """Of a page whose frame reads the same parameters."""
    given = [(name, request.GET.get(name, "")[:80]) for name in kind.parameters]
    return urlencode([(name, value) for name, value in given if value])


def asked_for(url: str) -> tuple[Space, Embed, str, QueryDict] | None:
    """What an address of ours shows: full page or frame. None for any other, or a space that is not open."""
    ours = urlsplit(settings.BASE_URL)
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    given = match.kwargs
    space = Space.objects.filter(slug=given.get("space", ""), is_public=True).first()
    if match.view_name in {"embeds:framed", "embeds:framed_item"}:
        kind = embeds().get(given["kind"])
        item = given.get("item", "")
    else:
        kind = kind_of_page(match.view_name)
        item = str(given.get(kind.item, "")) if kind and kind.item else ""
    if space is None or kind is None or bool(kind.item) != bool(item):
        return None
    return space, kind, item, QueryDict(parts.query[:2000])


def oembed_url(page: str) -> str:
    """Where other software asks how to show this page of ours, absolute."""
    return f"{settings.BASE_URL}{reverse('oembed:answer')}?{urlencode({'url': settings.BASE_URL + page})}"


def builder_url(space: Space, kind: Embed, item: str, querystring: str) -> str:
    """The page where this frame is made."""
    chosen = urlencode({"quoi": kind.code, **({"lequel": item} if kind.item else {})})
    base = reverse("embeds:builder", args=[space.slug])
    return f"{base}?{chosen}{'&' + querystring if querystring else ''}"


def _with(path: str, querystring: str) -> str:
    return f"{path}?{querystring}" if querystring else path
