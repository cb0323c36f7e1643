"""What other sites show of a space, under /<space>/integrer/."""

from django.urls import URLPattern, URLResolver

app_name = "embeds"
urlpatterns: list[URLPattern | URLResolver] = []
