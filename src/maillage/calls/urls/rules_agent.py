"""Rules, examples and criteria, under /<space>/gestion/appels-a-projets/<edition>/regles/."""

from django.urls import URLPattern

app_name = "callrules"
urlpatterns: list[URLPattern] = []
