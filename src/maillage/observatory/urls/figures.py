"""Figures of a territory, under /<space>/observatoire/."""

from django.urls import path, re_path

from maillage.observatory.views import figures

app_name = "observatory"

urlpatterns = [
    path("", figures.home, name="home"),
    path("comparer/", figures.compare, name="compare"),
    re_path(
        r"^(?P<indicator>[a-z_]{1,24})\.(?P<extension>csv|xlsx)$", figures.export, name="export"
    ),
    path("<slug:indicator>/", figures.figure, name="figure"),
]
