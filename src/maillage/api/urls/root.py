"""Everything under /api/."""

from django.urls import URLPattern, URLResolver, include, path

from maillage.api.views import docs, site
from maillage.api.views.v1 import patterns

app_name = "api_root"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", site.landing, name="landing"),
    path("v1/openapi.json", site.openapi, name="openapi"),
    path("v1/docs/", docs.documentation, name="docs"),
    path("v1/", include(patterns())),
]
