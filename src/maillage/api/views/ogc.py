"""OGC API - Features: what QGIS and GDAL read page by page, under /api/v1/ogc/."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from ninja import Router

from maillage.api.lib import licence, ogc
from maillage.api.lib.ogc import link
from maillage.api.queries.features import communes, structures_in
from maillage.api.queries.spaces import version_of
from maillage.api.schemas import ERRORS, FeatureCollection, Problem
from maillage.api.views.answers import send
from maillage.api.views.structures import features
from maillage.core.tabular.writing import GEOJSON_TYPE
from maillage.directory.filters import DirectoryFilters
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.queries import bounds

router = Router(tags=["OGC API – Features"])
_ERRORS: dict[int, Any] = {400: Problem, 404: ERRORS[404], 429: ERRORS[429]}
_FORMAT = {"openapi_extra": {"x-parameters": ["f"]}}
_ABSENT = "Cette collection n'existe pas."
HTML = "text/html"


class Collection(NamedTuple):
    space: Space
    kind: str

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.space.slug}"

    @property
    def title(self) -> str:
        what = "Structures" if self.kind == "structures" else "Communes du périmètre"
        return f"{what} : {self.space.name}"

    @property
    def description(self) -> str:
        if self.kind == "structures":
            return (
                "Une structure de l'économie sociale et solidaire par objet, placée à son lieu principal ; "
                "une structure sans point a une géométrie nulle. Autant d'objets que de lignes dans l'annuaire."
            )
        return "Une commune par objet, avec son contour quand il est importé."


def root() -> str:
    return f"{settings.BASE_URL}/api/v1/ogc"


@router.get("/ogc/", response={200: dict} | _ERRORS, summary="Entrée", url_name="ogc", **_FORMAT)
def landing(request: HttpRequest) -> HttpResponse:
    """Adresse à donner à QGIS (WFS / OGC API – Features) ou à GDAL (`OAPIF:`)."""
    ogc.only_format(request.GET)
    api = f"{settings.BASE_URL}/api/v1"
    openapi = "application/vnd.oai.openapi+json;version=3.1"
    data = {
        "title": "Maillage : structures de l'économie sociale et solidaire",
        "description": "Annuaires des espaces ouverts au public, objet par objet.",
        "links": [
            link(f"{root()}/", "self", "Cette page en JSON"),
            link(f"{root()}/?f=html", "alternate", "Cette page en HTML", HTML),
            link(f"{api}/openapi.json", "service-desc", "Description OpenAPI", openapi),
            link(f"{api}/docs/", "service-doc", "Documentation", HTML),
            link(f"{root()}/conformance", "conformance", "Conformité"),
            link(f"{root()}/collections", "data", "Collections"),
            link(licence.URL, "license", licence.NAME, HTML),
        ],
    }
    return _answer(request, data)


@router.get(
    "/ogc/conformance",
    response={200: dict} | _ERRORS,
    summary="Classes de conformité",
    url_name="ogc_conformance",
    **_FORMAT,
)
def conformance(request: HttpRequest) -> HttpResponse:
    """Ce que ce service respecte de la norme."""
    ogc.only_format(request.GET)
    links = [link(f"{root()}/conformance", "self", "Conformité")]
    return _answer(request, {"title": "Conformité", "conformsTo": ogc.CONFORMANCE, "links": links})


@router.get(
    "/ogc/collections",
    response={200: dict} | _ERRORS,
    summary="Les collections",
    url_name="ogc_collections",
    **_FORMAT,
)
def collections(request: HttpRequest) -> HttpResponse:
    """Deux par espace : ses structures, les communes de son périmètre."""
    ogc.only_format(request.GET)
    spaces = Space.objects.filter(is_public=True).order_by("name", "pk")
    found = [Collection(space, kind) for space in spaces for kind in ("structures", "communes")]
    data = {
        "title": "Collections",
        "links": [
            link(f"{root()}/collections", "self", "Collections"),
            link(f"{root()}/collections?f=html", "alternate", "En HTML", HTML),
        ],
        "collections": [_described(one) for one in found],
    }
    return _answer(request, data)


@router.get(
    "/ogc/collections/{slug:collection}",
    response={200: dict} | _ERRORS,
    summary="Une collection",
    url_name="ogc_collection",
    **_FORMAT,
)
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    """Son étendue et l'adresse de ses objets."""
    ogc.only_format(request.GET)
    return _answer(request, _described(_found(collection)))


@router.get(
    "/ogc/collections/{slug:collection}/items",
    response={200: FeatureCollection} | _ERRORS,
    summary="Les objets d'une collection",
    url_name="ogc_items",
    openapi_extra={
        "x-parameters": ["f", "limit", "offset", "ogc_bbox", "datetime", "q", *ogc.FACETS],
        "x-media-type": GEOJSON_TYPE,
    },
)
def items(request: HttpRequest, collection: str) -> HttpResponse:
    """Page par page, en suivant le lien `next`. `datetime` est lu et ne retire rien : aucun objet n'est daté."""
    chosen = _found(collection)
    version = version_of(chosen.space.slug, timezone.now())
    facets = (*ogc.FACETS, "q") if chosen.kind == "structures" else ()
    asked = ogc.read(request.GET, also=facets)
    end = asked.offset + asked.limit
    if chosen.kind == "structures":
        found = structures_in(chosen.space, request.GET, asked.box, now=timezone.now())
        count = found.total
        shown = features(chosen.space, found.answer, asked.offset, asked.limit)
    else:
        every = communes(chosen.space, asked.box)
        count, shown = len(every), every[asked.offset : end]
    here = f"{root()}/collections/{chosen.id}/items"
    links = [
        link(
            _at(here, request, asked, asked.offset), "self", "Cette page en GeoJSON", GEOJSON_TYPE
        ),
        link(f"{root()}/collections/{chosen.id}", "collection", chosen.title),
    ]
    if end < count:
        links.append(link(_at(here, request, asked, end), "next", "Page suivante", GEOJSON_TYPE))
    if asked.offset:
        before = max(0, asked.offset - asked.limit)
        links.append(
            link(_at(here, request, asked, before), "prev", "Page précédente", GEOJSON_TYPE)
        )
    data = {
        "type": "FeatureCollection",
        "title": chosen.title,
        "numberMatched": count,
        "numberReturned": len(shown),
        "links": links,
        "features": shown,
    }
    return _answer(request, data, GEOJSON_TYPE, fresh_as=(chosen.space.slug, version))


@router.get(
    "/ogc/collections/{slug:collection}/items/{str:feature_id}",
    response={200: dict} | _ERRORS,
    summary="Un objet",
    url_name="ogc_item",
    openapi_extra={"x-parameters": ["f"], "x-media-type": GEOJSON_TYPE},
)
def item(request: HttpRequest, collection: str, feature_id: str) -> HttpResponse:
    """Une structure par son identifiant, une commune par son code."""
    ogc.only_format(request.GET)
    chosen = _found(collection)
    one = _one(chosen, feature_id)
    if one is None:
        raise Http404("Cet objet n'est pas dans cette collection.")
    here = f"{root()}/collections/{chosen.id}"
    one["links"] = [
        link(f"{here}/items/{feature_id}", "self", "Cet objet", GEOJSON_TYPE),
        link(here, "collection", chosen.title),
    ]
    return _answer(request, one, GEOJSON_TYPE)


def _one(chosen: Collection, feature_id: str) -> dict[str, Any] | None:
    if chosen.kind == "communes":
        return next((one for one in communes(chosen.space, None) if one["id"] == feature_id), None)
    if not (feature_id.isascii() and feature_id.isdigit() and len(feature_id) < 19):
        return None
    answer = matching(chosen.space, DirectoryFilters(), now=timezone.now())
    at = answer.selection.snapshot.position(int(feature_id))
    # Without filters, the order is that of the positions.
    found = features(chosen.space, answer, at, 1) if at is not None else []
    return next(iter(found), None)


def _found(identifier: str) -> Collection:
    kind, _, slug = identifier.partition("-")
    if kind not in {"structures", "communes"}:
        raise Http404(_ABSENT)
    space = Space.objects.filter(slug=slug, is_public=True).first()
    if space is None:
        raise Http404(_ABSENT)
    return Collection(space, kind)


def _described(one: Collection) -> dict[str, Any]:
    here = f"{root()}/collections/{one.id}"
    data: dict[str, Any] = {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": [ogc.CRS84],
        "links": [
            link(here, "self", one.title),
            link(f"{here}?f=html", "alternate", "En HTML", HTML),
            link(f"{here}/items", "items", "Objets", GEOJSON_TYPE),
            link(f"{here}/items?f=html", "items", "Objets en HTML", HTML),
            link(licence.URL, "license", licence.NAME, HTML),
        ],
    }
    if box := bounds(perimeter_codes(one.space)):
        data["extent"] = {"spatial": {"bbox": [list(box)], "crs": ogc.CRS84}}
    return data


def _at(here: str, request: HttpRequest, asked: ogc.Asked, offset: int) -> str:
    kept = [
        (name, value)
        for name, values in request.GET.lists()
        if name not in {"limit", "offset"}
        for value in values
    ]
    pairs = [*kept, ("limit", str(asked.limit)), ("offset", str(offset))]
    return f"{here}?{urlencode(pairs)}"


def _answer(
    request: HttpRequest,
    data: dict[str, Any],
    media_type: str = "application/json",
    fresh_as: Any = None,
) -> HttpResponse:
    if not ogc.wants_html(request.GET):
        return send(data, media_type=media_type, fresh_as=fresh_as)
    members = data.get("features", [data] if data.get("type") == "Feature" else [])
    context = {
        "title": data.get("title") or (members[0]["properties"].get("nom") or data.get("id")),
        "data": data,
        "members": [
            {"id": one["id"], "geometry": one["geometry"], "properties": one["properties"].items()}
            for one in members
        ],
    }
    return render(request, "api/ogc.html", context)
