"""Files of applicants, under /compte/candidatures/."""

from django.urls import path

from maillage.calls.views import (
    applying_deposit,
    applying_files,
    applying_list,
    applying_one,
    applying_people,
)

app_name = "applications"
urlpatterns = [
    path("", applying_list.listing, name="list"),
    path("commencer/<slug:space>/<slug:slug>/", applying_list.begin_one, name="begin"),
    path("invitation/<str:key>/", applying_people.invitation, name="invitation"),
    path("<int:pk>/", applying_one.one, name="one"),
    path("<int:pk>/section/<slug:code>/", applying_one.section, name="section"),
    path("<int:pk>/section/<slug:code>/enregistrer/", applying_one.save, name="save"),
    path("<int:pk>/section/<slug:code>/presence/", applying_one.presence, name="presence"),
    path("<int:pk>/reponse/<slug:code>/", applying_one.history, name="history"),
    path("<int:pk>/fichier/<int:attachment>/", applying_files.read, name="file"),
    path("<int:pk>/redacteurs/", applying_people.writers, name="writers"),
    path("<int:pk>/redacteurs/<int:writer>/", applying_people.remove, name="remove_writer"),
    path("<int:pk>/messages/", applying_people.talk, name="message"),
    path("<int:pk>/messages/<int:message>/", applying_people.message_file, name="message_file"),
    path("<int:pk>/deposer/", applying_deposit.deposit_one, name="deposit"),
    path("<int:pk>/accuse/", applying_deposit.receipt, name="receipt"),
    path("<int:pk>/accuse.pdf", applying_deposit.receipt_pdf, name="receipt_pdf"),
    path("<int:pk>/corriger/", applying_deposit.correct, name="correct"),
    path("<int:pk>/retirer/", applying_deposit.withdraw_one, name="withdraw"),
    path("<int:pk>/dossier-complet/", applying_deposit.second_stage, name="second_stage"),
    path("<int:pk>/calendrier.ics", applying_deposit.calendar, name="calendar"),
]
