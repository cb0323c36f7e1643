"""The newsletter of a space for its agents, under /<space>/gestion/lettre/."""

from django.urls import path

from maillage.notices.views import issues

app_name = "issues"
urlpatterns = [
    path("", issues.issues, name="list"),
    path("<int:pk>/", issues.edit, name="edit"),
    path("<int:pk>/apercu/", issues.preview, name="preview"),
    path("<int:pk>/envoyer/", issues.send, name="send"),
]
