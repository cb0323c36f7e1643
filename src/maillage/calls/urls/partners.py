"""Partners of a file, under /compte/candidatures/partenaires/."""

from django.urls import path

from maillage.calls.views import engaging, partners

app_name = "partners"
urlpatterns = [
    path("invitation/<str:key>/", engaging.invitation, name="invitation"),
    path("invitation/<str:key>/nouveau/", engaging.new_link, name="new_link"),
    path("de/<int:application>/", partners.listing, name="list"),
    path("de/<int:application>/ajouter/", partners.add, name="add"),
    path("de/<int:application>/chef-de-file/", partners.lead, name="lead"),
    path("<int:pk>/", engaging.one, name="one"),
    path("<int:pk>/signer/", engaging.sign, name="sign"),
    path("<int:pk>/refuser/", engaging.refuse, name="refuse"),
    path("<int:pk>/lire/", engaging.read, name="read"),
    path("<int:pk>/modifier/", partners.edit, name="edit"),
    path("<int:pk>/retirer/", partners.remove, name="remove"),
    path("<int:pk>/relancer/", partners.remind, name="remind"),
]
