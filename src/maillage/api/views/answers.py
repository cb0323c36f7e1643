"""How an answer leaves: bytes made here, told fresh as the clocks say."""

import json
from collections.abc import Callable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse

from maillage.api.lib import licence
from maillage.api.lib.paging import Page

JSON = "application/json; charset=utf-8"


def encode(data: Any) -> bytes:
    """JSON in UTF-8, without spaces; dates in ISO 8601, decimals as texts."""
    return json.dumps(
        data, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder
    ).encode()


def send(
    data: Any,
    *,
    media_type: str = JSON,
    fresh_as: tuple[str, tuple[Any, ...] | None] | None = None,
    links: dict[str, str] | None = None,
) -> HttpResponse:
    """`data` is encoded unless it is bytes. `fresh_as` = (slug, `version_of(slug)` read before the data).

    `links` become a `Link` header (RFC 8288) by their relation.
    """
    body = data if isinstance(data, bytes) else encode(data)
    response = HttpResponse(body, content_type=media_type)
    if fresh_as is not None and fresh_as[1] is not None:
        response.fresh_as = fresh_as  # type: ignore[attr-defined]
    if links:
        told = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url)
        if told:
            response.headers["Link"] = told
    return response


def pages(
    rows: Any,
    url: str,
    page: int,
    page_size: int,
    kept: dict[str, str],
    tell: Callable[[Any], list[dict[str, Any]]],
) -> HttpResponse:
    """One page of `rows` (a list or a queryset) as `tell` says them; `kept` are the filters its links repeat."""
    count = len(rows) if isinstance(rows, list) else rows.count()
    pairs = tuple((name, value) for name, value in kept.items() if value)
    paged = Page(page, page_size, count, url, pairs).check()
    results = tell(rows[paged.start : paged.start + paged.size])
    data = paged.head() | {"licence": licence.NAME, "results": results}
    return send(data, links=paged.links())
