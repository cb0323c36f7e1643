"""Awards, papers, payments and reports, under /<space>/gestion/subventions/."""

from django.urls import URLPattern

app_name = "awards"
urlpatterns: list[URLPattern] = []
