"""Public pages of calls, under /<space>/appels/."""

from django.urls import URLPattern

app_name = "calls"
urlpatterns: list[URLPattern] = []
