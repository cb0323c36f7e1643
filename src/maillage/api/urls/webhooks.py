"""Webhooks, under /<space>/gestion/donnees-ouvertes/webhooks/."""

from django.urls import URLPattern, path

from maillage.api.views import webhooks

webhook_paths: list[URLPattern] = [
    path("", webhooks.webhooks, name="webhooks"),
    path("nouveau/", webhooks.new, name="new_webhook"),
    path("<int:pk>/", webhooks.webhook, name="webhook"),
    path("<int:pk>/modifier/", webhooks.change, name="change_webhook"),
    path("<int:pk>/essai/", webhooks.ping, name="ping_webhook"),
    path("<int:pk>/pause/", webhooks.pause, name="pause_webhook"),
    path("<int:pk>/reprendre/", webhooks.resume, name="resume_webhook"),
    path("<int:pk>/secret/", webhooks.secret, name="webhook_secret"),
    path("<int:pk>/supprimer/", webhooks.remove, name="remove_webhook"),
    path("<int:pk>/envois/<int:delivery>/renvoyer/", webhooks.again, name="send_again"),
]
