"""Rules, examples and criteria, under /<space>/gestion/appels/<edition>/regles/."""

from django.urls import URLPattern

app_name = "callrules"
urlpatterns: list[URLPattern] = []
