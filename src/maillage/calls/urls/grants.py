"""Open data of grants and laureates, under /<space>/."""

from django.urls import path

from maillage.calls.views import grants, laureates

app_name = "grants"
urlpatterns = [
    path("subventions/", grants.listing, name="list"),
    path("subventions.csv", grants.csv_file, name="csv"),
    path("subventions.xlsx", grants.xlsx, name="xlsx"),
    path("subventions.schema.json", grants.schema, name="schema"),
    path("gestion/publication-des-subventions/", grants.publication, name="publication"),
    path("laureats/", laureates.network, name="network"),
    path("laureats/<str:reference>/", laureates.one, name="laureate"),
    path("appels/<slug:slug>/resultats/", laureates.results, name="results"),
]
