"""The directory to take away: points of the map, tables, outline, feed."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from maillage.core.tabular import geopackage, writing
from maillage.directory.exports import COLUMNS, layers, members, rows
from maillage.directory.feeds import NewStructures
from maillage.directory.filters import parse, parse_view
from maillage.directory.lib.points import Encoding, Feed
from maillage.directory.queries.matching import matching
from maillage.directory.queries.newest import newest
from maillage.directory.queries.perimeter import perimeter_feed
from maillage.directory.queries.points import points_feed
from maillage.spaces.models import Space

_new_structures = NewStructures()


@login_not_required
@require_safe
def points(request: HttpRequest, space: Space) -> HttpResponse:
    filters, view = parse(request.GET).filters, parse_view(request.GET)
    feed = points_feed(space, filters, now=timezone.now(), view=view)
    return _send(request, space, feed, "application/json", max_age=60)


@login_not_required
@require_safe
def perimeter(request: HttpRequest, space: Space) -> HttpResponse:
    feed = perimeter_feed(space, now=timezone.now())
    return _send(request, space, feed, writing.GEOJSON_TYPE, max_age=3600)


@login_not_required
@require_safe
def export(request: HttpRequest, space: Space, extension: str) -> HttpResponseBase:
    selection = matching(space, parse(request.GET).filters, now=timezone.now()).selection
    table = rows(space, selection, settings.BASE_URL)
    name = f"annuaire-{space.slug}.{extension}"
    if extension == "csv":
        body = writing.csv_chunks(table, COLUMNS)
        return _attached(StreamingHttpResponse(body, content_type=writing.CSV_TYPE), name)
    if extension == "geojson":
        body = writing.geojson_chunks(
            table,
            COLUMNS,
            lon="longitude",
            lat="latitude",
            members=members(space, settings.BASE_URL),
        )
        return _attached(StreamingHttpResponse(body, content_type=writing.GEOJSON_TYPE), name)
    if extension == "xlsx":
        file = writing.xlsx_file(table, COLUMNS, title=f"Annuaire {space.name}")
        return _attached(FileResponse(file, content_type=writing.XLSX_TYPE), name)
    if extension == "gpkg":
        file = geopackage.gpkg_file(layers(space, selection, settings.BASE_URL))
        return _attached(FileResponse(file, content_type=geopackage.GPKG_TYPE), name)
    raise Http404


@login_not_required
@require_safe
def new_structures(request: HttpRequest, space: Space) -> HttpResponse:
    """The parameters of the directory narrow it: follow one sector, one commune, one search."""
    found = newest(space, parse(request.GET).filters, now=timezone.now())
    response = _new_structures(request, found=found)
    response["Content-Type"] = "application/atom+xml; charset=utf-8"
    return response


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _send(
    request: HttpRequest, space: Space, feed: Feed, content_type: str, *, max_age: int
) -> HttpResponse:
    """Answer from prepared bytes; 304 when the reader already has them."""
    encoding = _encoding(request.headers.get("Accept-Encoding", ""))
    # One tag per encoding, as HTTP wants for bytes that differ.
    etag = f'{feed.etag[:-1]}-{encoding}"'
    known = request.headers.get("If-None-Match", "")
    if etag in known or known == "*":
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(feed.bodies[encoding], content_type=content_type)
        if encoding != "identity":
            response["Content-Encoding"] = encoding
    response["ETag"] = etag
    scope = "public" if space.is_public else "private"
    response["Cache-Control"] = f"{scope}, max-age={max_age}"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _encoding(accepted: str) -> Encoding:
    """Best encoding the reader accepts; `;q=0` refuses one."""
    names: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=")
        names[name.strip()] = weight not in {"0", "0.0", "0.00", "0.000"}
    if names.get("br"):
        return "br"
    return "gzip" if names.get("gzip", names.get("*", False)) else "identity"
