"""Keys and webhooks, under /<space>/gestion/donnees-ouvertes/."""

from django.urls import URLPattern, URLResolver, path

from maillage.api.views import keys

app_name = "api_agent"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cles/", keys.keys, name="keys"),
    path("cles/nouvelle/", keys.new_key, name="new_key"),
    path("cles/<int:pk>/revoquer/", keys.revoke, name="revoke_key"),
]
