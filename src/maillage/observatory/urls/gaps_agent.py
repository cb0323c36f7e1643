"""Keeping the needs, under /<space>/gestion/besoins/."""

from django.urls import path

from maillage.observatory.views import needs

app_name = "needs"
urlpatterns = [
    path("", needs.listing, name="list"),
    path("ajouter/", needs.edit, name="new"),
    path("<slug:code>/", needs.edit, name="edit"),
    path("<slug:code>/ecarter/", needs.put_aside, name="put_aside"),
    path("<slug:code>/reprendre/", needs.take_back, name="take_back"),
]
