"""Form builder, under /<space>/gestion/appels/<edition>/formulaire/."""

from django.urls import URLPattern

app_name = "callforms"
urlpatterns: list[URLPattern] = []
