"""The spaces of the installation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router

from maillage.api.lib import licence
from maillage.api.queries.spaces import public_space, version_of
from maillage.api.schemas import ABSENT, ERRORS, SpaceOne, Spaces
from maillage.api.views.answers import send
from maillage.directory.filters import DirectoryFilters
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.queries import names_by_code

router = Router(tags=["Espaces"])
# What may be asked of a space, after its address. Whoever adds a router adds its line.
PARTS: dict[str, str] = {}
SLUG = Path(description="Nom de l'espace dans les adresses.", example="est-ensemble")


def base_of(slug: str) -> str:
    return f"{settings.BASE_URL}/api/v1/spaces/{slug}"


@router.get(
    "/spaces",
    response={200: Spaces, 429: ERRORS[429]},
    summary="Les espaces ouverts au public",
    url_name="spaces",
)
def spaces(request: HttpRequest) -> HttpResponse:
    """Un espace est le territoire d'une collectivité et son annuaire."""
    found = Space.objects.filter(is_public=True).order_by("name", "pk")
    results = [_row(space) for space in found]
    return send({"count": len(results), "results": results})


@router.get(
    "/spaces/{slug:slug}",
    response={200: SpaceOne} | ABSENT,
    summary="Un espace",
    url_name="space",
)
def space(
    request: HttpRequest,
    slug: str = SLUG,
) -> HttpResponse:
    """Son périmètre, et les adresses de ce qui s'en lit."""
    version = version_of(slug, timezone.now())
    found = public_space(slug)
    names = names_by_code()
    more: dict[str, Any] = {
        "perimeter": [
            {"code": code, "name": names.get(code, code)} for code in sorted(perimeter_codes(found))
        ],
        "website": found.website,
        "links": {name: f"{base_of(slug)}/{path}" for name, path in PARTS.items()},
    }
    return send(_row(found) | more, fresh_as=(slug, version))


def _row(space: Space) -> dict[str, Any]:
    shown = matching(space, DirectoryFilters(), now=timezone.now()).selection
    return {
        "slug": space.slug,
        "name": space.name,
        "authority": space.authority,
        "tagline": space.tagline,
        "url": f"{settings.BASE_URL}{space.get_absolute_url()}",
        "demo": space.is_demo,
        "structures": len(shown),
        "communes": len(perimeter_codes(space)),
        "licence": licence.NAME,
        "structures_url": f"{base_of(space.slug)}/structures",
    }
