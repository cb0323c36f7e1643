"""What people say is missing, under /<space>/manques/dire/."""

from django.urls import path

from maillage.observatory.views import declared

app_name = "declared"
urlpatterns = [
    path("", declared.say, name="say"),
    path("merci/", declared.thanks, name="thanks"),
    path("tous/", declared.listing, name="list"),
    path("tous.atom", declared.feed, name="feed"),
    path("<int:pk>/", declared.one, name="one"),
    path("<int:pk>/moi-aussi/", declared.echo, name="echo"),
]
