"""Open data of grants and laureates, under /<space>/."""

from django.urls import URLPattern

app_name = "grants"
urlpatterns: list[URLPattern] = []
