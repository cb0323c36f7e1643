"""Sessions of the jury and scenarios, under /<space>/gestion/jury/."""

from django.urls import URLPattern

app_name = "jury"
urlpatterns: list[URLPattern] = []
