"""Keys and webhooks, under /<space>/gestion/donnees-ouvertes/."""

from django.urls import URLPattern, URLResolver, include, path

from maillage.api.urls.webhooks import webhook_paths
from maillage.api.views import keys

app_name = "api_agent"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cles/", keys.keys, name="keys"),
    path("cles/nouvelle/", keys.new_key, name="new_key"),
    path("cles/<int:pk>/revoquer/", keys.revoke, name="revoke_key"),
    path("webhooks/", include(webhook_paths)),
]
