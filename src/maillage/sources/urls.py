"""Imports of a space, under /<space>/gestion/imports/."""

from django.urls import path

from maillage.sources.views import doubts, new, runs

app_name = "sources"

urlpatterns = [
    path("", runs.run_list, name="list"),
    path("nouveau/", new.choose, name="new"),
    path("nouveau/<slug:source>/", new.upload, name="upload"),
    path("doublons/", doubts.doubts, name="doubts"),
    path("doublons/<int:pk>/", doubts.decide_doubt, name="decide_doubt"),
    path("suggestions/", doubts.suggestions, name="suggestions"),
    path("suggestions/<int:pk>/", doubts.decide_suggested, name="decide_suggestion"),
    path("<int:pk>/", runs.run, name="run"),
    path("<int:pk>/colonnes/", new.columns, name="columns"),
    path("<int:pk>/avancement/", runs.progress, name="progress"),
    path("<int:pk>/appliquer/", runs.apply, name="apply"),
    path("<int:pk>/annuler/", runs.undo, name="undo"),
    path("<int:pk>/relire/", runs.read_again, name="read_again"),
    path("<int:pk>/lignes.csv", runs.issues_csv, name="issues"),
]
