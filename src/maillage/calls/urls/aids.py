"""History of public aid, under /<space>/gestion/aides/."""

from django.urls import URLPattern

app_name = "aids"
urlpatterns: list[URLPattern] = []
