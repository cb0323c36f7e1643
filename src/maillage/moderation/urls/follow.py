"""Follow-up by key, under /suivi/."""

from django.urls import path

from maillage.moderation.views import follow

app_name = "moderation_follow"
urlpatterns = [path("<str:key>/", follow.follow, name="follow")]
