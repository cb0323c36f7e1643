"""Jurors, interests and assignment, under /<space>/gestion/lectures/."""

from django.urls import path

from maillage.calls.views import readings, readings_people

app_name = "readings"
urlpatterns = [
    path("", readings.home, name="home"),
    path("<int:edition>/", readings.listing, name="list"),
    path("<int:edition>/repartir/", readings.share, name="share"),
    path("<int:edition>/dossiers/<int:pk>/", readings.file, name="file"),
    path("<int:edition>/dossiers/<int:pk>/confier/", readings.give, name="give"),
    path("<int:edition>/dossiers/<int:pk>/declarer/", readings_people.declare_mine, name="declare"),
    path("<int:edition>/lectures/<int:pk>/<slug:verb>/", readings.act, name="act"),
    path("<int:edition>/jures/", readings_people.people, name="jurors"),
    path("<int:edition>/jures/<int:pk>/", readings_people.juror, name="juror"),
    path("<int:edition>/jures/<int:pk>/partir/", readings_people.leave, name="leave"),
    path("<int:edition>/interets/", readings_people.interest_list, name="interests"),
    path("<int:edition>/interets/trancher/", readings_people.settle, name="settle"),
    path("<int:edition>/charte/", readings_people.texts, name="texts"),
]
