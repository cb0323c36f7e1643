"""Structures and their establishments: the directory, with every filter of its screen."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router

from maillage.api.lib import licence
from maillage.api.lib.paging import Page
from maillage.api.lib.problems import Problem
from maillage.api.queries.establishments import establishments as found_establishments
from maillage.api.queries.spaces import public_space, version_of
from maillage.api.queries.structures import FIELDS, told
from maillage.api.schemas import ERRORS, Establishments, FeatureCollection, StructureOne, Structures
from maillage.api.views.answers import send
from maillage.api.views.spaces import PARTS, SLUG, base_of
from maillage.core.tabular import writing
from maillage.directory.exports import rows
from maillage.directory.filters import parse
from maillage.directory.lib.criteria import LAST_PAGE
from maillage.directory.queries.matching import Answer, matching
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space

router = Router(tags=["Structures"])
PARTS |= {
    "structures": "structures",
    "structures_geojson": "structures.geojson",
    "establishments": "establishments",
}
PAGE = Query(1, ge=1, le=LAST_PAGE, description="Numéro de la page, à partir de 1.")
SIZE = Query(20, ge=1, le=100, description="Lignes par page, 100 au plus.")
COMMUNES = Query([], description="Codes INSEE ; répété, veut dire « ou ».", max_length=50)
_ROWS_OF_GEOJSON = 1000
_LONGEST_FIELDS = 600


@router.get(
    "/spaces/{slug:slug}/structures",
    response={200: Structures} | ERRORS,
    summary="Les structures de l'annuaire",
    url_name="structures",
    openapi_extra={"x-filters": True},
)
def structures(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = PAGE,
    page_size: int = SIZE,
    fields: str = Query(
        "",
        description="Champs voulus, séparés par des virgules ; tous par défaut.",
        example="id,name,siren,establishments",
    ),
) -> HttpResponse:
    """La liste de l'annuaire, avec tous ses filtres et dans son ordre : même demande, même nombre."""
    version = version_of(slug, timezone.now())
    space = public_space(slug)
    wanted = _fields(fields)
    answer = _asked(request, space)
    kept = [("fields", fields)] if fields else []
    paged = _paged(request, slug, "structures", answer, page, page_size, kept)
    ids = answer.selection.ids()[paged.start : paged.start + paged.size]
    data = paged.head() | {
        "messages": answer.messages,
        "licence": licence.NAME,
        "results": told(space, ids, now=timezone.now(), fields=wanted),
    }
    return send(data, fresh_as=(slug, version), links=paged.links())


@router.get(
    "/spaces/{slug:slug}/structures/{int:structure_id}",
    response={200: StructureOne, 404: ERRORS[404], 429: ERRORS[429]},
    summary="Une structure",
    url_name="structure",
)
def structure(
    request: HttpRequest,
    slug: str = SLUG,
    structure_id: int = Path(description="Identifiant de la structure."),
) -> HttpResponse:
    """Ce que dit sa page publique."""
    now = timezone.now()
    version = version_of(slug, now)
    space = public_space(slug)
    if current(space, now).position(structure_id) is None:
        raise Http404("Cette structure n'est pas dans l'annuaire de cet espace.")
    found = told(space, [structure_id], now=now)
    if not found:
        raise Http404("Cette structure n'est pas dans l'annuaire de cet espace.")
    return send(found[0], fresh_as=(slug, version))


@router.get(
    "/spaces/{slug:slug}/structures.geojson",
    response={200: FeatureCollection} | ERRORS,
    summary="Les structures en GeoJSON",
    url_name="structures_geojson",
    openapi_extra={"x-filters": True, "x-media-type": writing.GEOJSON_TYPE},
)
def structures_geojson(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = PAGE,
    page_size: int = Query(
        _ROWS_OF_GEOJSON,
        ge=1,
        le=_ROWS_OF_GEOJSON,
        description="Structures par page, 1000 au plus.",
    ),
) -> HttpResponse:
    """Une structure, un point : son lieu principal dans le périmètre (RFC 7946, WGS 84)."""
    version = version_of(slug, timezone.now())
    space = public_space(slug)
    answer = _asked(request, space)
    paged = _paged(request, slug, "structures.geojson", answer, page, page_size, [])
    data: dict[str, Any] = {
        "type": "FeatureCollection",
        "numberMatched": paged.count,
        "next": paged.next,
        "licence": licence.NAME,
        "features": features(space, answer, paged.start, paged.size),
    }
    points = [one["geometry"]["coordinates"] for one in data["features"] if one["geometry"]]
    if points:
        lons, lats = zip(*points, strict=True)
        data["bbox"] = [min(lons), min(lats), max(lons), max(lats)]
    return send(
        data, media_type=writing.GEOJSON_TYPE, fresh_as=(slug, version), links=paged.links()
    )


def features(space: Space, answer: Answer, start: int, size: int) -> list[dict[str, Any]]:
    """Rows of the directory's own export as features: same values, same point, same order."""
    selection = answer.selection
    some = replace(selection, positions=selection.positions[start : start + size])
    made = []
    for row in rows(space, some, settings.BASE_URL):
        lon, lat = row.pop("longitude"), row.pop("latitude")
        point = None
        if lon is not None and lat is not None:
            point = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
        made.append(
            {
                "type": "Feature",
                "id": row.pop("id"),
                "geometry": point,
                "properties": row | {"licence": licence.NAME},
            }
        )
    return made


@router.get(
    "/spaces/{slug:slug}/establishments",
    response={200: Establishments} | ERRORS,
    summary="Les établissements",
    url_name="establishments",
)
def establishments(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = PAGE,
    page_size: int = SIZE,
    commune: list[str] = COMMUNES,
    siren: str = Query("", description="SIREN de la structure.", max_length=9),
) -> HttpResponse:
    """Les lieux ouverts des structures publiées, dans le périmètre de l'espace."""
    version = version_of(slug, timezone.now())
    space = public_space(slug)
    communes = tuple(code[:5] for code in commune if code)
    number = siren if siren.isascii() and siren.isdigit() else ""
    if siren and not number:
        raise Problem(422, errors=[{"field": "siren", "message": "Neuf chiffres sont attendus."}])
    found = found_establishments(
        space, communes=communes, siren=number, page=page, page_size=page_size
    )
    kept = [("commune", code) for code in communes] + ([("siren", number)] if number else [])
    url = f"{base_of(slug)}/establishments"
    paged = Page(page, page_size, found.total, url, tuple(kept)).check()
    data = paged.head() | {"licence": licence.NAME, "results": found.rows}
    return send(data, fresh_as=(slug, version), links=paged.links())


def _asked(request: HttpRequest, space: Space) -> Answer:
    """What the list of the directory would show for these parameters, and what it would say of them."""
    parsed = parse(request.GET)
    answer = matching(space, parsed.filters, now=timezone.now())
    return Answer(answer.selection, [*parsed.messages, *answer.messages])


def _paged(
    request: HttpRequest,
    slug: str,
    part: str,
    answer: Answer,
    page: int,
    page_size: int,
    kept: list[tuple[str, str]],
) -> Page:
    filters = parse_qsl(answer.selection.filters.querystring(page=False))
    url = f"{base_of(slug)}/{part}"
    return Page(page, page_size, len(answer.selection), url, (*filters, *kept)).check()


def _fields(raw: str) -> tuple[str, ...]:
    if not raw:
        return FIELDS
    wanted = tuple(dict.fromkeys(part.strip() for part in raw[:_LONGEST_FIELDS].split(",")))
    unknown = [name for name in wanted if name not in FIELDS]
    if unknown:
        message = f"Champ inconnu : {', '.join(name[:40] for name in unknown[:5])}."
        raise Problem(
            422,
            f"{message} Choisissez parmi {', '.join(FIELDS)}.",
            errors=[{"field": "fields", "message": message}],
        )
    return wanted
