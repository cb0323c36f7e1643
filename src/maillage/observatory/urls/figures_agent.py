"""Keeping the figures, under /<space>/gestion/observatoire/."""

from django.urls import path

from maillage.observatory.views import figures_agent

app_name = "figures"

urlpatterns = [
    path("", figures_agent.figure_list, name="list"),
    path("nouveau/", figures_agent.enter, name="enter"),
    path("<int:pk>/", figures_agent.edit, name="edit"),
    path("<int:pk>/retirer/", figures_agent.remove, name="remove"),
    path("fichier/", figures_agent.upload, name="upload"),
    path("fichier/<slug:key>/", figures_agent.preview, name="preview"),
    path("lots/<int:pk>/", figures_agent.batch, name="batch"),
    path("lots/<int:pk>/annuler/", figures_agent.undo, name="undo"),
    path("releves/", figures_agent.snapshots, name="snapshots"),
]
