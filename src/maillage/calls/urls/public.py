"""Public pages of calls, under /<space>/appels/."""

from django.urls import path

from maillage.calls.views import form_print, public

app_name = "calls"
urlpatterns = [
    path("", public.listing, name="list"),
    path("nouveautes.atom", public.feed, name="feed"),
    path("<slug:slug>/", public.detail, name="detail"),
    path("<slug:slug>/formulaire/", form_print.form_pdf, name="form_pdf"),
    path("<slug:slug>/calendrier.ics", public.calendar, name="calendar"),
    path("<slug:slug>/reglement.pdf", public.rules_pdf, name="rules_pdf"),
]
