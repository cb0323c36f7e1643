"""News of a space for everyone, under /<space>/."""

from django.urls import path

from maillage.notices.views import follow

app_name = "news"
urlpatterns = [
    path("suivre/<str:kind>/<str:value>/", follow.follow, name="follow"),
]
