"""Keys and webhooks, under /<space>/gestion/donnees-ouvertes/."""

from django.urls import URLPattern, URLResolver

app_name = "api_agent"
urlpatterns: list[URLPattern | URLResolver] = []
