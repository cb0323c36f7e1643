"""What anybody may send, in a space."""

from django.urls import path

from maillage.moderation.views import public

app_name = "moderation_public"
urlpatterns = [
    path("proposer/", public.propose, name="propose"),
    path("envoye/", public.sent, name="sent"),
    path("contenu-illicite/", public.notice, name="notice"),
    path("structures/<slug:slug>/corriger/", public.correct, name="correct"),
    path("structures/<slug:slug>/fermee/", public.closed, name="closed"),
    path("structures/<slug:slug>/signaler/", public.report, name="report"),
    path("structures/<slug:slug>/contenu-illicite/", public.notice, name="notice_of"),
]
