"""Sessions of the jury and scenarios, under /<space>/gestion/jury/."""

from django.urls import path

from maillage.calls.views.jury import editions, files, room, scenarios, sessions

app_name = "jury"
urlpatterns = [
    path("", editions.listing, name="list"),
    path("salle/<int:pk>/<str:key>/", room.room, name="room"),
    path("appels/<int:pk>/", editions.edition, name="edition"),
    path("appels/<int:pk>/commencer/", editions.start, name="start"),
    path("appels/<int:pk>/classement/", editions.ranking, name="ranking"),
    path("appels/<int:pk>/equite/", editions.fairness, name="fairness"),
    path("appels/<int:pk>/decision/", editions.decision, name="decision"),
    path("appels/<int:pk>/dossiers/<int:file>/repasser/", editions.back, name="back"),
    path("appels/<int:edition>/seance/", sessions.create, name="create"),
    path("appels/<int:edition>/scenarios/", scenarios.listing, name="scenarios"),
    path("appels/<int:edition>/scenarios/<slug:method>/", scenarios.create, name="create_scenario"),
    path("scenarios/<int:pk>/", scenarios.edit, name="scenario"),
    path("scenarios/<int:pk>/<slug:verb>/", scenarios.act, name="act_scenario"),
    path("seances/<int:pk>/", sessions.session, name="session"),
    path("seances/<int:pk>/modifier/", sessions.change, name="change"),
    path("seances/<int:pk>/ecran/", sessions.screen, name="screen"),
    path("seances/<int:pk>/pv.pdf", sessions.minutes, name="minutes"),
    path("seances/<int:pk>/exemplaire-signe.pdf", sessions.signed_copy, name="signed_copy"),
    path("seances/<int:pk>/actes/<slug:verb>/", sessions.act, name="act"),
    path("seances/<int:pk>/dossiers/<int:file>/", files.one, name="file"),
    path("seances/<int:pk>/dossiers/<int:file>/<slug:verb>/", files.clock, name="clock"),
]
