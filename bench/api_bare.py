"""The yardstick: django-ninja alone, that returns the same bytes. No middleware, no database, no limit."""

import json
import os
from pathlib import Path

from django.conf import settings

settings.configure(
    SECRET_KEY="bench",  # noqa: S106  (signs nothing)
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="bench.api_bare",
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    USE_TZ=True,
)

import django  # noqa: E402  (settings first)

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from ninja import NinjaAPI  # noqa: E402

BODIES = {
    query: body.encode()
    for query, body in json.loads(Path(os.environ["BENCH_BODIES"]).read_text("utf-8")).items()
}
api = NinjaAPI(docs_url=None, openapi_url=None)


@api.get("/spaces/{slug:slug}/structures")
def structures(request: HttpRequest, slug: str, page: int = 1, page_size: int = 20) -> HttpResponse:
    return HttpResponse(
        BODIES[request.META["QUERY_STRING"]], content_type="application/json; charset=utf-8"
    )


urlpatterns = [path("api/v1/", api.urls)]
application = get_wsgi_application()
