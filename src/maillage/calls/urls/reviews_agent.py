"""Jurors, interests and assignment, under /<space>/gestion/lectures/."""

from django.urls import URLPattern

app_name = "readings"
urlpatterns: list[URLPattern] = []
