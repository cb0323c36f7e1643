"""Keeping the needs, under /<space>/gestion/besoins/."""

from django.urls import URLPattern, URLResolver

app_name = "needs"
urlpatterns: list[URLPattern | URLResolver] = []
