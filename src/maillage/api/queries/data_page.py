"""What the page « Données ouvertes » of a space shows."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from maillage.api.lib import licence, shelf
from maillage.api.queries.dumps import dumps
from maillage.core.diagnosis.findings import Finding, fine, warning
from maillage.directory.queries.addresses import addresses
from maillage.spaces.models import Space

_LATE = timedelta(days=2)


def open_data(_request: HttpRequest, space: Space) -> dict[str, Any] | None:
    """None while the space is not open: nothing of it is given to anybody."""
    if not space.is_public:
        return None

    def of(name: str, /, **more: str) -> str:
        return reverse(f"api_root:{name}", kwargs={"slug": space.slug, **more})

    directory = addresses(space.slug)
    return {
        "space": space,
        "licence": licence,
        "list_url": directory.list,
        "formats": [
            _format("CSV", directory.exports["csv"], "à ouvrir dans un tableur."),
            _format("Excel", directory.exports["xlsx"], "un classeur, avec de vraies dates."),
            _format("GeoJSON", directory.exports["geojson"], "pour une carte en ligne."),
            _format("GeoPackage", directory.exports["gpkg"], "à ouvrir dans QGIS ou un autre SIG."),
            _format("data·inclusion v1 : structures", of("data_inclusion_structures"), _INCLUSION),
            _format("data·inclusion v1 : services", of("data_inclusion_services"), _INCLUSION),
            _format("Murmurations", of("murmurations"), "pour les cartes de ce réseau."),
            _format(
                "JSON-LD", of("structures_jsonld"), "à relier à d'autres données (schema.org)."
            ),
            _format(
                "Atom", directory.feed, "pour suivre les nouvelles structures.", download=False
            ),
        ],
        "schema_url": reverse("api_root:schema_annuaire"),
        "report_url": of("data_inclusion_report"),
        "catalogue_url": reverse("api_root:catalogue_ttl"),
        "taxonomies_url": reverse("api_root:taxonomies_ttl"),
        "openapi_url": reverse("api_root:openapi"),
        "dumps": [
            {
                "url": of("dump", name=one.name),
                "day": one.day,
                "size": one.size,
                "sha256": one.sha256,
                "structures": one.structures,
            }
            for one in dumps(space)
        ],
    }


def dumps_are_late(now: datetime) -> list[Finding]:
    """Spaces whose last full export is older than two nights."""
    subject = "Exports ouverts"
    opened = Space.objects.filter(is_public=True, created_at__lt=now - _LATE)
    late = [
        space.slug
        for space in opened.order_by("slug")
        if not any(one.made_at >= now - _LATE for one in shelf.dumps_of(space.pk))
    ]
    if late:
        return [
            warning(
                subject,
                f"Aucun export complet depuis deux jours : {', '.join(late[:5])}.",
                "Vérifiez que maillage worker tourne et qu'il reste de la place.",
            )
        ]
    return [fine(subject, "Chaque espace ouvert a son export de la nuit.")]


_INCLUSION = "à verser dans l'offre d'insertion nationale."


def _format(name: str, url: str, use: str, *, download: bool = True) -> dict[str, Any]:
    return {"name": name, "url": url, "use": use, "download": download}
