"""Partners of a file, under /compte/candidatures/partenaires/."""

from django.urls import URLPattern

app_name = "partners"
urlpatterns: list[URLPattern] = []
