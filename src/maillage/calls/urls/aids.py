"""History of public aid, under /<space>/gestion/aides/."""

from django.urls import path

from maillage.calls.views import aids

app_name = "aids"
urlpatterns = [
    path("", aids.listing, name="list"),
    path("lire/", aids.upload, name="upload"),
    path("lire/<slug:key>/", aids.preview, name="preview"),
    path("fichiers/<int:pk>/", aids.batch, name="batch"),
    path("fichiers/<int:pk>/reprendre/", aids.undo, name="undo"),
]
