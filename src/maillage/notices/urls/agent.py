"""Letters of a space, under /<space>/gestion/."""

from django.urls import path

from maillage.notices.views import outbox

app_name = "outbox"
urlpatterns = [
    path("messages/", outbox.outbox, name="list"),
    path("messages/<int:pk>/relancer/", outbox.retry, name="retry"),
    path("messages/textes/", outbox.text_list, name="texts"),
    path("messages/textes/<str:kind>/", outbox.text, name="text"),
]
