"""Awards and reports of beneficiaries, under /compte/subventions/."""

from django.urls import path

from maillage.calls.views.awards import mine

app_name = "subsidies"
urlpatterns = [
    path("", mine.listing, name="list"),
    path("agenda.ics", mine.agenda, name="agenda"),
    path("documents/<int:pk>/", mine.paper, name="paper"),
    path("candidatures/<int:pk>/demande.pdf", mine.application_document, name="application_pdf"),
    path("bilans/<int:pk>/", mine.report, name="report"),
    path("bilans/<int:pk>/pieces/", mine.report_file, name="report_file"),
    path("bilans/<int:pk>/pieces/<int:entry>/", mine.attached, name="attached"),
    path("bilans/<int:pk>/bilan.pdf", mine.report_document, name="report_pdf"),
    path("<int:pk>/", mine.one, name="one"),
    path("<int:pk>/convention-signee/", mine.signed_copy, name="signed_copy"),
    path("<int:pk>/<slug:verb>/", mine.act, name="act"),
]
