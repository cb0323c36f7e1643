"""The directory in the formats of others. Every filter of the directory narrows them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from ninja import Query, Router

from maillage.api.exports import data_inclusion, linked_data, murmurations, streams, taxonomies
from maillage.api.lib.problems import Problem
from maillage.api.queries.records import Record, records
from maillage.api.queries.spaces import public_space, version_of
from maillage.api.schemas import ABSENT, ERRORS
from maillage.api.views.answers import JSON, send
from maillage.api.views.spaces import PARTS, SLUG
from maillage.core.tabular.schema import table_schema
from maillage.core.tabular.writing import Column
from maillage.directory.exports import COLUMNS, rows
from maillage.directory.filters import parse
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.lib.selection import Selection
from maillage.directory.queries.addresses import addresses
from maillage.directory.queries.matching import matching
from maillage.observatory.exports import FIGURE_COLUMNS
from maillage.observatory.queries import gap_table
from maillage.spaces.models import Space

router = Router(tags=["Formats ouverts"])
PARTS |= {
    "data_inclusion_structures": "data-inclusion/structures.json",
    "data_inclusion_services": "data-inclusion/services.json",
    "data_inclusion_report": "data-inclusion/rapport.json",
    "murmurations": "murmurations.json",
    "structures_jsonld": "structures.jsonld",
}
_FILTERS = {"x-filters": True}
JSON_LD = "application/ld+json; charset=utf-8"
PAGE_SIZE = 100
_MOST_LEFT = 1_000  # rows left out that the report names


@router.get(
    "/spaces/{slug:slug}/data-inclusion/structures.json",
    response={200: list[dict[str, Any]], **ABSENT},
    summary="Structures au format data·inclusion v1",
    url_name="data_inclusion_structures",
    openapi_extra=_FILTERS,
)
def inclusion_structures(request: HttpRequest, slug: str = SLUG) -> HttpResponseBase:
    """Les structures que le schéma admet ; le rapport dit lesquelles sont écartées et pourquoi."""
    return _stream(request, slug, _inclusion(data_inclusion.structures))


@router.get(
    "/spaces/{slug:slug}/data-inclusion/services.json",
    response={200: list[dict[str, Any]], **ABSENT},
    summary="Services au format data·inclusion v1",
    url_name="data_inclusion_services",
    openapi_extra=_FILTERS,
)
def inclusion_services(request: HttpRequest, slug: str = SLUG) -> HttpResponseBase:
    """Ce que les structures disent proposer sur leur fiche."""
    return _stream(request, slug, _inclusion(data_inclusion.services))


@router.get(
    "/spaces/{slug:slug}/data-inclusion/rapport.json",
    response={200: dict[str, Any], **ABSENT},
    summary="Ce que data·inclusion ne peut pas recevoir",
    url_name="data_inclusion_report",
    openapi_extra=_FILTERS,
)
def inclusion_report(request: HttpRequest, slug: str = SLUG) -> HttpResponse:
    """Par fichier : lignes écrites, lignes écartées, et le motif de chacune."""
    version = version_of(slug, timezone.now())
    space = public_space(slug)
    source = data_inclusion.source_of(space)
    told: dict[str, Any] = {"schema": data_inclusion.VERSION, "source": source}
    for name, read in (
        ("structures", data_inclusion.structures),
        ("services", data_inclusion.services),
    ):
        count, left = 0, []
        for one in read(_records(space, _selection(request, space)), source):
            if isinstance(one, data_inclusion.Left):
                left.append(one._asdict())
            else:
                count += 1
        told[name] = {"written": count, "left_out": len(left), "rows": left[:_MOST_LEFT]}
    return send(told, fresh_as=(slug, version))


@router.get(
    "/spaces/{slug:slug}/murmurations.json",
    response={200: list[dict[str, Any]], **ABSENT},
    summary="Profils Murmurations : la liste",
    url_name="murmurations",
    openapi_extra=_FILTERS,
)
def murmurations_list(request: HttpRequest, slug: str = SLUG) -> HttpResponseBase:
    """Adresse du profil de chaque structure, à donner à un index du réseau Murmurations."""

    def write(space: Space, found: Iterable[Record]) -> Iterator[bytes]:
        return streams.array(murmurations.entry(one, _profile_url(slug, one)) for one in found)

    return _stream(request, slug, write)


@router.get(
    "/spaces/{slug:slug}/murmurations/{int:structure_id}.json",
    response={200: dict[str, Any], **ABSENT},
    summary="Profil Murmurations d'une structure",
    url_name="murmurations_profile",
)
def murmurations_profile(request: HttpRequest, structure_id: int, slug: str = SLUG) -> HttpResponse:
    version = version_of(slug, timezone.now())
    space = public_space(slug)
    (record,) = _one(space, structure_id)
    return send(murmurations.profile(record, _profile_url(slug, record)), fresh_as=(slug, version))


@router.get(
    "/spaces/{slug:slug}/structures.jsonld",
    response={200: dict[str, Any], 422: ERRORS[422], **ABSENT},
    summary="Structures en JSON-LD (schema.org)",
    url_name="structures_jsonld",
    openapi_extra=_FILTERS | {"x-media-type": JSON_LD},
)
def structures_jsonld(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = Query(1, ge=1, le=100_000, description=f"Page de {PAGE_SIZE} structures."),
) -> HttpResponse:
    """Un jeu de données par page ; l'en-tête Link mène aux autres."""
    version = version_of(slug, timezone.now())
    space = public_space(slug)
    selection = _selection(request, space)
    total = len(selection)
    last = max(1, -(-total // PAGE_SIZE))
    if page > last:
        raise Problem(404, f"Il y a {last} page{'s' if last > 1 else ''} : celle-ci n'existe pas.")
    start = (page - 1) * PAGE_SIZE
    found = _records(space, _part(selection, start, start + PAGE_SIZE))
    home = f"{settings.BASE_URL}{addresses(slug).list}"
    document = linked_data.data_set(
        space, found, total=total, here=_page_url(request, page), home=home
    )
    links = {
        "next": _page_url(request, page + 1) if page < last else "",
        "prev": _page_url(request, page - 1) if page > 1 else "",
    }
    return send(document, media_type=JSON_LD, fresh_as=(slug, version), links=links)


@router.get(
    "/taxonomies.ttl",
    response={200: str, 429: ERRORS[429]},
    summary="Taxonomies en SKOS (Turtle)",
    url_name="taxonomies_ttl",
    openapi_extra={"x-media-type": taxonomies.MEDIA_TYPES["ttl"]},
)
def taxonomies_ttl(request: HttpRequest) -> HttpResponse:
    """Secteurs, finalités, publics, labels, rôles et familles, reliés à ESSGLOBAL."""
    return _taxonomies("ttl")


@router.get(
    "/taxonomies.jsonld",
    response={200: Any, 429: ERRORS[429]},
    summary="Taxonomies en SKOS (JSON-LD)",
    url_name="taxonomies_jsonld",
    openapi_extra={"x-media-type": taxonomies.MEDIA_TYPES["jsonld"]},
)
def taxonomies_jsonld(request: HttpRequest) -> HttpResponse:
    """Les mêmes concepts, en JSON-LD."""
    return _taxonomies("jsonld")


@router.get(
    "/schema/annuaire.json",
    response={200: dict[str, Any], 429: ERRORS[429]},
    summary="Schéma du CSV de l'annuaire (Table Schema)",
    url_name="schema_annuaire",
)
def schema(request: HttpRequest) -> HttpResponse:
    """Nom, type et sens de chaque colonne."""
    title = "Annuaire de l'économie sociale et solidaire d'un territoire"
    return send(_schema("annuaire", title, COLUMNS, key="id"))


@router.get(
    "/schema/chiffres.json",
    response={200: dict[str, Any], 429: ERRORS[429]},
    summary="Schéma du CSV d'un chiffre de l'observatoire (Table Schema)",
    url_name="schema_figures",
)
def schema_figures(request: HttpRequest) -> HttpResponse:
    """Une ligne par modalité ; une valeur secrète est vide, et c'est dit."""
    return send(_schema("chiffres", "Chiffres d'un territoire", FIGURE_COLUMNS))


@router.get(
    "/schema/manques.json",
    response={200: dict[str, Any], 429: ERRORS[429]},
    summary="Schéma du CSV des manques (Table Schema)",
    url_name="schema_gaps",
)
def schema_gaps(request: HttpRequest) -> HttpResponse:
    """Une ligne par besoin et par lieu, chaque couche dans ses colonnes."""
    return send(_schema("manques", "Manques d'un territoire", gap_table.COLUMNS))


def _schema(name: str, title: str, columns: Iterable[Column], key: str = "") -> dict[str, Any]:
    here = f"{settings.BASE_URL}/api/v1/schema/{name}.json"
    told = {"name": name, "title": title, "homepage": here, "path": here}
    return told | table_schema(columns, key=key)


def _taxonomies(extension: str) -> HttpResponse:
    graph = taxonomies.taxonomies(settings.BASE_URL, timezone.localdate())
    body = taxonomies.written(graph, extension)
    return send(body, media_type=taxonomies.MEDIA_TYPES[extension])


def _inclusion(
    read: Callable[[Iterable[Record], str], Iterator[data_inclusion.Row | data_inclusion.Left]],
) -> Callable[[Space, Iterable[Record]], Iterator[bytes]]:
    def write(space: Space, found: Iterable[Record]) -> Iterator[bytes]:
        kept = read(found, data_inclusion.source_of(space))
        return streams.array(one for one in kept if not isinstance(one, data_inclusion.Left))

    return write


def _stream(
    request: HttpRequest,
    slug: str,
    write: Callable[[Space, Iterable[Record]], Iterator[bytes]],
) -> HttpResponseBase:
    """Send as it is made, whatever the number of structures; 304 when the reader has it already."""
    space = public_space(slug)
    version = version_of(slug, timezone.now())
    state = json.dumps([request.get_full_path(), version], default=str)
    etag = f'W/"{hashlib.sha256(state.encode()).hexdigest()[:27]}"'
    known = request.headers.get("If-None-Match", "")
    if etag in known or known.strip() == "*":
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        body = write(space, _records(space, _selection(request, space)))
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = StreamingHttpResponse(
            streams.packed(body) if packed else body, content_type=JSON
        )
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["ETag"] = etag
    return response


def _selection(request: HttpRequest, space: Space) -> Selection:
    return matching(space, parse(request.GET).filters, now=timezone.now()).selection


def _records(space: Space, selection: Selection) -> Iterator[Record]:
    return records(rows(space, selection, settings.BASE_URL))


def _one(space: Space, structure_id: int) -> list[Record]:
    """The structure, as published in this space. Raises Http404."""
    selection = matching(space, DirectoryFilters(), now=timezone.now()).selection
    at = selection.snapshot.position(structure_id)
    found = [] if at is None else list(_records(space, _at(selection, at)))
    if not found:
        raise Http404("Cette structure n'est pas dans l'annuaire de cet espace.")
    return found


def _at(selection: Selection, position: int) -> Selection:
    kept = selection.positions[selection.positions == position]
    return _with(selection, kept)


def _part(selection: Selection, start: int, stop: int) -> Selection:
    return _with(selection, selection.positions[start:stop])


def _with(selection: Selection, positions: Any) -> Selection:
    return replace(selection, positions=positions)


def _profile_url(slug: str, record: Record) -> str:
    return f"{settings.BASE_URL}/api/v1/spaces/{slug}/murmurations/{record.row['id']}.json"


def _page_url(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"{settings.BASE_URL}{request.path}?{query.urlencode()}"
