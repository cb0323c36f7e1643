"""Intentions and groups of a call for allies, under /<space>/appels/<slug>/allies/."""

from django.urls import path

from maillage.calls.views import allies

app_name = "allies"
urlpatterns = [
    path("", allies.listing, name="list"),
    path("dire/", allies.say, name="say"),
    path("<int:pk>/retirer/", allies.withdraw, name="withdraw"),
    path("groupes/animer/", allies.board, name="new_group"),
    path("groupes/<int:pk>/animer/", allies.board, name="board"),
    path("groupes/<int:pk>/animer/ecrire/", allies.tell, name="tell"),
    path("groupes/<int:pk>/", allies.group, name="group"),
    path("groupes/<int:pk>/ecrire/", allies.write, name="write"),
    path("groupes/<int:pk>/candidater/", allies.apply, name="apply"),
]
