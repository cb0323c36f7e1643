"""Files of applicants, under /compte/candidatures/."""

from django.urls import URLPattern

app_name = "applications"
urlpatterns: list[URLPattern] = []
