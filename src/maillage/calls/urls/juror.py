"""Reading of jurors, under /<space>/jury/."""

from django.urls import path

from maillage.calls.views import juror, juror_sheet
from maillage.calls.views.jury import room

app_name = "reviews"
urlpatterns = [
    path("", juror.home, name="home"),
    path("<int:edition>/", juror.call, name="call"),
    path("<int:edition>/charte/", juror.charter, name="charter"),
    path("<int:edition>/feuille.xlsx", juror_sheet.download, name="sheet"),
    path("<int:edition>/feuille/", juror_sheet.read, name="sheet_in"),
    path("<int:edition>/feuille/ecrire/", juror_sheet.write, name="sheet_write"),
    path("lectures/<int:pk>/", juror.one, name="one"),
    path("lectures/<int:pk>/interets/", juror.declare, name="declare"),
    path("lectures/<int:pk>/brouillon/", juror.draft, name="draft"),
    path("lectures/<int:pk>/rendre/", juror.submit, name="submit"),
    path("lectures/<int:pk>/pieces/<int:upload>/", juror.piece, name="piece"),
    path("seances/<int:pk>/", room.member, name="session"),
    path("seances/<int:pk>/seance.ics", room.member_calendar, name="session_calendar"),
]
