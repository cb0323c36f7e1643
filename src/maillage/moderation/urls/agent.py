"""The queue, under /<space>/gestion/contributions/."""

from django.urls import path

from maillage.moderation.views import bulk, decide, item, queue, restrict

app_name = "moderation"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("lot/", bulk.bulk, name="bulk"),
    path("motifs/", restrict.reasons, name="reasons"),
    path("motifs/<slug:code>/", restrict.reasons, name="reason"),
    path("journal/", restrict.log, name="log"),
    path("journal/<int:year>.csv", restrict.register, name="register"),
    path("restrictions/<int:pk>/lever/", restrict.put_back, name="lift"),
    path("<int:pk>/", item.item, name="item"),
    path("<int:pk>/fiche/", decide.attach_choose, name="attach"),
    path("<int:pk>/cacher/", restrict.hide, name="restrict"),
    path("<int:pk>/defaire/", decide.take_back, name="undo"),
    path("<int:pk>/<slug:verb>/", decide.act, name="act"),
]
