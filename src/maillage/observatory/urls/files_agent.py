"""Declared needs to moderate and working files, under /<space>/gestion/manques/."""

from django.urls import path

from maillage.observatory.views import declared_agent, file, files

app_name = "files"
urlpatterns = [
    path("", files.listing, name="list"),
    path("dossiers.csv", files.export, name="export"),
    path("ouvrir/", files.open_one, name="open"),
    path("dits/", declared_agent.queue, name="declared"),
    path("dits/lot/", declared_agent.bulk, name="bulk"),
    path("dits/<int:pk>/", declared_agent.one, name="declared_one"),
    path("dits/<int:pk>/defaire/", declared_agent.undo, name="undo_declared"),
    path("dits/<int:pk>/<slug:verb>/", declared_agent.decide, name="decide"),
    path("<int:pk>/", file.one, name="one"),
    path("<int:pk>/imprimer/", files.printed, name="print"),
    path("<int:pk>/<slug:verb>/", file.act, name="act"),
]
