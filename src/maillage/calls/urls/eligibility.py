"""« Suis-je concerné ? », under /<space>/appels/<slug>/concerne/."""

from django.urls import path

from maillage.calls.views import concerned

app_name = "eligibility"
urlpatterns = [path("", concerned.start, name="start")]
