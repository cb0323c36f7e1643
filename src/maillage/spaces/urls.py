from django.urls import path

from maillage.spaces import views

app_name = "spaces"
urlpatterns = [
    path("theme.css", views.theme, name="theme"),
    path("logo/", views.logo, name="logo"),
]
