"""What is missing, under /<space>/manques/."""

from django.urls import URLPattern, URLResolver

app_name = "gaps"
urlpatterns: list[URLPattern | URLResolver] = []
