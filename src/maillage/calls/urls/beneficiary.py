"""Awards and reports of beneficiaries, under /compte/subventions/."""

from django.urls import URLPattern

app_name = "subsidies"
urlpatterns: list[URLPattern] = []
