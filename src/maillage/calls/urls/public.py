"""Public pages of calls, under /<space>/appels/."""

from django.urls import path

from maillage.calls.views import form_print

app_name = "calls"
urlpatterns = [
    path("<slug:slug>/formulaire/", form_print.form_pdf, name="form_pdf"),
]
