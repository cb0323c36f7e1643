"""The description of the API for programs."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from maillage.api.lib import licence
from maillage.api.lib.openapi import completed
from maillage.api.views.answers import send
from maillage.api.views.v1 import api

PREFIX = "/api/v1"


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Where to begin."""
    root = f"{settings.BASE_URL}{PREFIX}"
    return send(
        {
            "title": "Maillage",
            "version": api.version,
            "documentation": f"{root}/docs/",
            "openapi": f"{root}/openapi.json",
            "spaces": f"{root}/spaces",
            "licence": {"name": licence.NAME, "url": licence.URL},
        },
        links={"service-desc": f"{root}/openapi.json", "service-doc": f"{root}/docs/"},
    )


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return send(described(), media_type="application/vnd.oai.openapi+json;version=3.1")


def described() -> dict[str, Any]:
    """The OpenAPI document; errors are announced as the problem documents they are."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix=f"{PREFIX}/")
    schema["servers"] = [{"url": settings.BASE_URL}]
    schema["info"] |= {
        "license": {"name": licence.NAME, "url": licence.URL},
        "contact": {"url": settings.BASE_URL},
    }
    return completed(schema)
