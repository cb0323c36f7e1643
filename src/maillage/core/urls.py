from django.urls import path

from maillage.core import views

app_name = "core"
urlpatterns = [
    path("sante/", views.health, name="health"),
    path("fichiers/<str:name>", views.upload, name="upload"),
    path("charte/", views.charter, name="charter"),
]
