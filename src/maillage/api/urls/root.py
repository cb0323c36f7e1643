"""Everything under /api/."""

from django.urls import URLPattern, URLResolver

app_name = "api_root"
urlpatterns: list[URLPattern | URLResolver] = []
