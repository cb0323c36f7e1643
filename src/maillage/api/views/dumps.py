"""What is taken away whole: the files of the night, and the catalogue that tells them to data.gouv.fr."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from ninja import Path, Router

from maillage.api.exports.catalogue import File, Opened, catalogue
from maillage.api.exports.taxonomies import MEDIA_TYPES, written
from maillage.api.lib import licence
from maillage.api.lib.shelf import Dump
from maillage.api.queries.dumps import dumps
from maillage.api.queries.spaces import public_space
from maillage.api.schemas import ABSENT, ERRORS
from maillage.api.views.answers import send
from maillage.api.views.spaces import PARTS, SLUG, base_of
from maillage.directory.queries.addresses import addresses
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.queries import bounds

router = Router(tags=["Formats ouverts"])
PARTS |= {"dumps": "exports"}


@router.get(
    "/spaces/{slug:slug}/exports",
    response={200: dict[str, Any], **ABSENT},
    summary="Exports complets, faits chaque nuit",
    url_name="dumps",
)
def dump_list(request: HttpRequest, slug: str = SLUG) -> HttpResponse:
    """Les sept derniers jours, et le premier de chaque mois depuis un an."""
    space = public_space(slug)
    found = [dump_row(slug, one) for one in dumps(space)]
    return send({"count": len(found), "licence": licence.NAME, "results": found})


@router.get(
    "/spaces/{slug:slug}/exports/{name}",
    response={200: bytes, 422: ERRORS[422], **ABSENT},
    summary="Un export complet (zip)",
    url_name="dump",
    openapi_extra={"x-media-type": "application/zip"},
)
def dump(
    request: HttpRequest,
    slug: str = SLUG,
    name: str = Path(description="Nom du fichier, donné par la liste.", max_length=120),
) -> HttpResponseBase:
    """CSV, GeoJSON, GeoPackage, data·inclusion, schéma, licence et sources."""
    found = next((one for one in dumps(public_space(slug)) if one.name == name), None)
    if found is None:
        raise Http404("Cet export n'existe pas, ou n'est plus gardé.")
    etag = f'"{found.sha256}"'
    known = request.headers.get("If-None-Match", "")
    if etag in known or known.strip() == "*":
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        try:
            file = found.path.open("rb")
        except OSError as error:  # removed by the night meanwhile
            raise Http404("Cet export n'existe pas, ou n'est plus gardé.") from error
        response = FileResponse(
            file, as_attachment=True, filename=found.name, content_type="application/zip"
        )
    response.headers["ETag"] = etag
    return response


@router.get(
    "/catalogue.ttl",
    response={200: str, 429: ERRORS[429]},
    summary="Catalogue DCAT (Turtle)",
    url_name="catalogue_ttl",
    openapi_extra={"x-media-type": MEDIA_TYPES["ttl"]},
)
def catalogue_ttl(request: HttpRequest) -> HttpResponse:
    """Un jeu de données par espace ouvert, à donner à moissonner à data.gouv.fr."""
    return _catalogue("ttl")


@router.get(
    "/catalogue.jsonld",
    response={200: Any, 429: ERRORS[429]},
    summary="Catalogue DCAT (JSON-LD)",
    url_name="catalogue_jsonld",
    openapi_extra={"x-media-type": MEDIA_TYPES["jsonld"]},
)
def catalogue_jsonld(request: HttpRequest) -> HttpResponse:
    """Le même, en JSON-LD."""
    return _catalogue("jsonld")


def dump_row(slug: str, one: Dump) -> dict[str, Any]:
    return {
        "name": one.name,
        "date": one.day,
        "made_at": one.made_at,
        "structures": one.structures,
        "size": one.size,
        "sha256": one.sha256,
        "url": f"{base_of(slug)}/exports/{one.name}",
    }


def _catalogue(extension: str) -> HttpResponse:
    spaces = Space.objects.filter(is_public=True).order_by("slug")
    graph = catalogue(settings.BASE_URL, [_opened(space) for space in spaces])
    return send(written(graph, extension), media_type=MEDIA_TYPES[extension])


def _opened(space: Space) -> Opened:
    kept = dumps(space)
    made = kept[0].made_at if kept else space.created_at
    invented = " Démonstration : ses structures sont inventées." if space.is_demo else ""
    return Opened(
        url=f"{settings.BASE_URL}{reverse('portal:data', args=[space.slug])}",
        title=f"Annuaire de l'économie sociale et solidaire : {space.name}",
        description=(
            "Les structures de l'économie sociale et solidaire du territoire : identité, lieux, secteurs, "
            f"agréments, contacts publics. Publié par : {space.authority}.{invented}"
        ),
        authority=space.authority,
        website=space.website,
        contact_url=f"{settings.BASE_URL}{reverse('privacy:contact', args=[space.slug])}",
        since=timezone.localdate(space.created_at),
        modified=timezone.localtime(made),
        bounds=bounds(perimeter_codes(space)),
        files=_files(space, kept[0] if kept else None),
    )


def _files(space: Space, newest: Dump | None) -> list[File]:
    exports = {
        extension: f"{settings.BASE_URL}{path}"
        for extension, path in addresses(space.slug).exports.items()
    }
    base = base_of(space.slug)
    schema = f"{settings.BASE_URL}/api/v1/schema/annuaire.json"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    files = [
        File("csv", "Annuaire (CSV)", exports["csv"], "text/csv", "CSV", schema),
        File("geojson", "Annuaire (GeoJSON)", exports["geojson"], "application/geo+json", "GEOJSON"),
        File("gpkg", "Annuaire (GeoPackage)", exports["gpkg"], "application/geopackage+sqlite3", "GPKG"),
        File("xlsx", "Annuaire (Excel)", exports["xlsx"], sheet, "XLSX"),
        File(
            "data-inclusion",
            "Structures (data·inclusion v1)",
            f"{base}/data-inclusion/structures.json",
            "application/json",
            "JSON",
        ),
        File(
            "jsonld",
            "Structures (JSON-LD, schema.org)",
            f"{base}/structures.jsonld",
            "application/ld+json",
            "JSON_LD",
        ),
    ]  # fmt: skip
    if newest:
        url = f"{base}/exports/{newest.name}"
        title = "Export complet de la nuit (zip)"
        files.append(File("export", title, url, "application/zip", "ZIP", dump=newest))
    return files
