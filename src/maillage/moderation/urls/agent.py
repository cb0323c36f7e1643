"""The queue, under /<space>/gestion/contributions/."""

from django.urls import path

from maillage.moderation.views import item, queue

app_name = "moderation"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("<int:pk>/", item.item, name="item"),
]
