"""Homes, legal pages, and the door after sign-in."""

from django.urls import path

from maillage.portal.views import account, audit, claiming, invitation, public, reminder

app_name = "portal"
urlpatterns = [
    path("", public.home, name="home"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("compte/espaces/", account.after_login, name="after_login"),
    path("compte/agir/", account.act_for, name="act_for"),
    path("compte/invitation/<str:key>/", invitation.invitation, name="invitation"),
    path("journal/", audit.host_journal, name="journal"),
    # /fiche/<key>/: what a reminder opens
    path("fiche/<slug:key>/", reminder.page, name="reminder"),
    path("fiche/<slug:key>/repondre/", reminder.answer, name="reminder_answer"),
    path("fiche/<slug:key>/corriger/", reminder.correct, name="reminder_correct"),
    path("fiche/<slug:key>/arreter/", reminder.stop, name="reminder_stop"),
    # /<space>/
    path("<slug:space>/", public.space_home, name="space_home"),
    path("<slug:space>/mentions-legales/", public.legal, name="legal"),
    path("<slug:space>/accessibilite/", public.accessibility, name="space_accessibility"),
    path("<slug:space>/donnees/", public.data, name="data"),
    path("<slug:space>/structures/<slug:slug>/tenir/", claiming.claim, name="claim"),
]
