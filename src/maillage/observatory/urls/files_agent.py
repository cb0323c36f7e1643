"""Declared needs to moderate and working files, under /<space>/gestion/manques/."""

from django.urls import URLPattern, URLResolver

app_name = "files"
urlpatterns: list[URLPattern | URLResolver] = []
