"""Intentions and groups of a call for allies, under /<space>/appels/<slug>/allies/."""

from django.urls import URLPattern

app_name = "allies"
urlpatterns: list[URLPattern] = []
