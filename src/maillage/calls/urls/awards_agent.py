"""Awards, papers, payments and reports, under /<space>/gestion/subventions/."""

from django.urls import path

from maillage.calls.views.awards import agents, notifying, payments, reports, words

app_name = "awards"
urlpatterns = [
    path("", agents.listing, name="list"),
    path("subventions.csv", agents.export, name="export"),
    path("agenda.ics", reports.agenda, name="agenda"),
    path("appels/<int:pk>/notifier/", notifying.notify, name="notify"),
    path("appels/<int:pk>/lettres/", notifying.progress, name="progress"),
    path("appels/<int:pk>/liste-d-attente/", notifying.waiting, name="waiting"),
    path("appels/<int:pk>/delais/", notifying.delays, name="delays"),
    path("dossiers/<int:pk>/motifs/", notifying.reasons, name="reasons"),
    path("dossiers/<int:pk>/lettre/", notifying.letter, name="letter"),
    path("dossiers/<int:pk>/demande.pdf", reports.application_document, name="application_pdf"),
    path("modeles/", words.listing, name="words"),
    path("modeles/<slug:kind>/", words.edit, name="words_edit"),
    path("modeles/<slug:kind>/apercu/", words.preview, name="words_preview"),
    path("modeles/<slug:kind>/remettre/", words.restore, name="words_restore"),
    path("versements/", payments.listing, name="payments"),
    path("versements/exporter/", payments.export, name="payments_export"),
    path("versements/<int:pk>/<slug:verb>/", payments.act, name="payment"),
    path("bilans/", reports.listing, name="reports"),
    path("bilans/<int:pk>/", reports.one, name="report"),
    path("bilans/<int:pk>/bilan.pdf", reports.document, name="report_pdf"),
    path("bilans/<int:pk>/pieces/<int:entry>/", reports.file, name="report_file"),
    path("bilans/<int:pk>/<slug:verb>/", reports.act, name="report_act"),
    path("documents/<int:pk>/", agents.paper, name="paper"),
    path("reversements/<int:pk>/<slug:verb>/", agents.close_recovery, name="recovery"),
    path("<int:pk>/", agents.one, name="one"),
    path("<int:pk>/convention-signee/", agents.signed_copy, name="signed_copy"),
    path("<int:pk>/<slug:verb>/", agents.act, name="act"),
]
