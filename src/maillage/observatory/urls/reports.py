"""Reports to read and to print, under /<space>/rapports/."""

from django.urls import path

from maillage.observatory.views import reports, reports_saved

app_name = "reports"
urlpatterns = [
    path("", reports.list_reports, name="list"),
    path("territoire/", reports.territory, name="territory"),
    path("territoire.pdf", reports.territory_pdf, name="territory_pdf"),
    path("territoire/<slug:commune>/", reports.territory, name="commune"),
    path("territoire/<slug:commune>.pdf", reports.territory_pdf, name="commune_pdf"),
    path("synthese/", reports.summary, name="summary"),
    path("synthese.pdf", reports.summary_pdf, name="summary_pdf"),
    path("manque/<slug:need>/<str:place>/", reports.gap, name="gap"),
    path("manque/<slug:need>/<str:place>/fiche.pdf", reports.gap_pdf, name="gap_pdf"),
    # Those that agents keep
    path("gardes/nouveau/", reports_saved.new, name="new"),
    path("gardes/<int:pk>/", reports_saved.saved, name="saved"),
    path("gardes/<int:pk>/rapport.pdf", reports_saved.saved_pdf, name="saved_pdf"),
    path("gardes/<int:pk>/modifier/", reports_saved.edit, name="edit"),
    path("gardes/<int:pk>/copier/", reports_saved.copy, name="copy"),
    path("gardes/<int:pk>/effacer/", reports_saved.forget, name="forget"),
]
