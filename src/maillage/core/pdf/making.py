"""From a template and data to the bytes of a tagged PDF."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.apps import apps

from maillage.core.pdf import signs
from maillage.core.pdf.engine import HOUSE, EngineError, draw

_NAME = re.compile(r"[a-z_]+/[a-z_]+\.typ")
_IMAGE = re.compile(r"[a-z0-9_-]+\.(svg|png|jpg|webp)")


class PdfError(Exception):
    """The template or its data make no accessible document: a fault of ours. The message is the engine's."""


def make(
    template: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """PDF/UA-1 of `template` (`room/name.typ`). The same arguments give the same bytes.

    `data` must be JSON and hold `title`; the template reads it with `json("/data.json")`, and `images` under
    `/images/`. Signs that no font can draw are replaced (`signs`). Nothing else can be read: no file of the machine, no
    network. `at` is written as the moment it was made. Raises PdfError.
    """
    drawn = _draw(template, data, images or {}, "pdf", at)
    return drawn if isinstance(drawn, bytes) else drawn[0]


def pictures(
    template: str, data: Mapping[str, Any], *, images: Mapping[str, bytes] | None = None
) -> list[bytes]:
    """The pages of the same document as PNG, to look at them."""
    drawn = _draw(template, data, images or {}, "png", datetime.fromtimestamp(0, UTC))
    return [drawn] if isinstance(drawn, bytes) else drawn


def _draw(
    template: str,
    data: Mapping[str, Any],
    images: Mapping[str, bytes],
    kind: Literal["pdf", "png"],
    at: datetime,
) -> bytes | list[bytes]:
    for name in images:
        if not _IMAGE.fullmatch(name):
            raise PdfError(f"image {name!r}")
    source = _source(template)
    try:
        return draw(_files(source, signs.printable(data), images, signs.printable), kind, at)
    except EngineError as error:
        if not signs.is_about_a_sign(str(error)):
            raise PdfError(str(error)) from error
    try:  # A sign that could be drawn alone, not where it stands: only what our fonts hold is kept.
        return draw(_files(source, signs.plain(data), images, signs.plain), kind, at)
    except EngineError as error:
        raise PdfError(str(error)) from error


def _files(
    source: bytes, data: Any, images: Mapping[str, bytes], cleaned: Callable[[str], Any]
) -> dict[str, bytes]:
    """What the document may read. Words of a drawing are cleaned as those of `data` are."""
    return {
        "main.typ": source,
        "house.typ": HOUSE.read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        **{
            f"images/{name}": cleaned(content.decode()).encode()
            if name.endswith(".svg")
            else content
            for name, content in images.items()
        },
    }


@lru_cache(maxsize=64)
def _source(template: str) -> bytes:
    """A template of a room, read once. Raises PdfError for any other name."""
    if not _NAME.fullmatch(template):
        raise PdfError(f"template {template!r}")
    room = template.partition("/")[0]
    for config in apps.get_app_configs():
        path = Path(config.path) / "templates" / template
        if config.label == room and path.is_file():
            return path.read_bytes()
    raise PdfError(f"template {template!r}")
