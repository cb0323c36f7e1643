"""« Suis-je concerné ? », under /<space>/appels/<slug>/concerne/."""

from django.urls import URLPattern

app_name = "eligibility"
urlpatterns: list[URLPattern] = []
