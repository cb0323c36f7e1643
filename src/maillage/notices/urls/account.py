"""Messages and follows of a person, under /compte/."""

from django.urls import path

from maillage.notices.views import follow, inbox, stop

app_name = "inbox"
urlpatterns = [
    path("messages/", inbox.inbox, name="list"),
    path("messages/<int:pk>/", inbox.letter, name="letter"),
    path("messages/<int:pk>/marquer/", inbox.mark, name="mark"),
    path("messages/tout-lire/", inbox.mark_all, name="mark_all"),
    path("messages/preferences/", inbox.preferences, name="preferences"),
    path("messages/arreter/<str:key>/", stop.stop, name="stop"),
    path("suivis/", follow.follows, name="follows"),
]
