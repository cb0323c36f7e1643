"""Inbox and files of the authority, under /<space>/gestion/candidatures/."""

from django.urls import path

from maillage.calls.views import call_desk, examining, inbox

app_name = "instruction"
urlpatterns = [
    path("", inbox.listing, name="inbox"),
    path("exporter/", inbox.export, name="export"),
    path("lot/", inbox.bulk, name="bulk"),
    path("lot/<int:pk>/", inbox.bulk_done, name="bulk_done"),
    path("lot/<int:pk>/defaire/", inbox.undo, name="bulk_undo"),
    path("appels/<int:pk>/chiffres/", call_desk.figures, name="figures"),
    path("appels/<int:pk>/aiguillage/", call_desk.routing, name="routing"),
    path("pieces/<int:pk>/", examining.attachment, name="attachment"),
    path("messages/<int:pk>/", examining.message_file, name="message_file"),
    path("<int:pk>/", examining.one, name="one"),
    path("<int:pk>/instruction/", examining.examine, name="examine"),
    path("<int:pk>/echanges/", examining.talk, name="talk"),
    path("<int:pk>/versions/", examining.versions, name="versions"),
    path("<int:pk>/<slug:verb>/", examining.act, name="act"),
]
