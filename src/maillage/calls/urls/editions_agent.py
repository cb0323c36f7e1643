"""Programmes and editions, under /<space>/gestion/appels/."""

from django.urls import URLPattern

app_name = "editions"
urlpatterns: list[URLPattern] = []
