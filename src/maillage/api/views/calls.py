"""Calls for projects and grants, as everyone may read them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from maillage.api import schemas as shapes
from maillage.api.queries.spaces import public_space
from maillage.api.schemas import ERRORS
from maillage.api.views.answers import pages
from maillage.api.views.spaces import PARTS, SLUG, base_of
from maillage.api.views.structures import PAGE, SIZE
from maillage.calls.models import Edition, PublishedGrant
from maillage.calls.queries.editions import published_in
from maillage.calls.queries.grants import published

router = Router(tags=["Appels et subventions"])
PARTS |= {"calls": "calls", "grants": "grants"}


@router.get(
    "/spaces/{slug:slug}/calls",
    response={200: shapes.Calls} | ERRORS,
    summary="Les appels à projets",
    url_name="calls",
)
def calls(
    request: HttpRequest, slug: str = SLUG, page: int = PAGE, page_size: int = SIZE
) -> HttpResponse:
    """Ceux qui ont été publiés, les plus récents d'abord."""
    rows = published_in(public_space(slug)).order_by("-closes_at", "-pk")
    url = f"{base_of(slug)}/calls"
    return pages(rows, url, page, page_size, {}, lambda found: [_call(one) for one in found])


@router.get(
    "/spaces/{slug:slug}/grants",
    response={200: shapes.Grants} | ERRORS,
    summary="Les subventions publiées",
    url_name="grants",
)
def grants(
    request: HttpRequest, slug: str = SLUG, page: int = PAGE, page_size: int = SIZE
) -> HttpResponse:
    """Les lignes du fichier `subventions.csv` de l'espace."""
    rows = published(public_space(slug))
    url = f"{base_of(slug)}/grants"
    return pages(rows, url, page, page_size, {}, lambda found: [_grant(one, slug) for one in found])


def _call(edition: Edition) -> dict[str, Any]:
    envelope = edition.envelope
    return {
        "slug": edition.slug,
        "title": edition.title,
        "kind": edition.kind,
        "status": edition.status,
        "summary": edition.summary,
        "themes": edition.themes,
        "envelope": envelope and f"{envelope.amount:.2f}",
        "amount_max": None if edition.amount_max is None else f"{edition.amount_max:.2f}",
        "opens_at": edition.opens_at and edition.opens_at.isoformat(),
        "closes_at": edition.closes_at and edition.closes_at.isoformat(),
        "url": f"{settings.BASE_URL}{edition.get_absolute_url()}",
    }


def _grant(grant: PublishedGrant, slug: str) -> dict[str, str]:
    reference = grant.award.application.reference.lower()
    path = reverse("grants:laureate", args=[slug, reference])
    return {**grant.row, "url": f"{settings.BASE_URL}{path}"}
