"""What people say is missing, under /<space>/manques/dire/."""

from django.urls import URLPattern, URLResolver

app_name = "declared"
urlpatterns: list[URLPattern | URLResolver] = []
