"""Keeping the figures, under /<space>/gestion/observatoire/."""

from django.urls import URLPattern, URLResolver

app_name = "figures"
urlpatterns: list[URLPattern | URLResolver] = []
