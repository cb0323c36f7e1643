"""What a person sent, under /compte/contributions/."""

from django.urls import path

from maillage.moderation.views import follow

app_name = "moderation_account"
urlpatterns = [
    path("", follow.mine, name="mine"),
    path("<int:pk>/", follow.one, name="one"),
]
