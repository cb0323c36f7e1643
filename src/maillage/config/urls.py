"""Addresses of the whole installation. A space's pages come last: its slug is the first segment."""

from django.contrib import admin
from django.urls import include, path

handler400 = "maillage.core.errors.bad_request"
handler500 = "maillage.core.errors.server_error"
urlpatterns = [
    path("administration-technique/", admin.site.urls),
    path("compte/structures/", include("maillage.portal.urls.member")),
    path("compte/contributions/", include("maillage.moderation.urls.account")),
    path("compte/recherches/", include("maillage.directory.urls.account")),
    path("compte/", include("maillage.notices.urls.account")),
    path("compte/", include("maillage.accounts.urls")),
    path("suivi/", include("maillage.moderation.urls.follow")),
    path("api/", include("maillage.portal.urls.oembed")),
    path("api/", include("maillage.api.urls.root")),
    path("", include("maillage.core.urls")),
    path("", include("maillage.directory.urls.site")),
    path("", include("maillage.portal.urls.privacy")),
    path("", include("maillage.portal.urls.public")),
    path("<slug:space>/", include("maillage.spaces.urls")),
    path("<slug:space>/", include("maillage.moderation.urls.public")),
    path("<slug:space>/", include("maillage.directory.urls")),
    path("<slug:space>/", include("maillage.notices.urls.public")),
    path("<slug:space>/observatoire/", include("maillage.observatory.urls.figures")),
    path("<slug:space>/manques/dire/", include("maillage.observatory.urls.declared")),
    path("<slug:space>/manques/", include("maillage.observatory.urls.gaps")),
    path("<slug:space>/rapports/", include("maillage.observatory.urls.reports")),
    path("<slug:space>/integrer/", include("maillage.portal.urls.embeds")),
    path("<slug:space>/gestion/", include("maillage.portal.urls.agent")),
    path("<slug:space>/gestion/observatoire/", include("maillage.observatory.urls.figures_agent")),
    path("<slug:space>/gestion/besoins/", include("maillage.observatory.urls.gaps_agent")),
    path("<slug:space>/gestion/manques/", include("maillage.observatory.urls.files_agent")),
    path("<slug:space>/gestion/donnees-ouvertes/", include("maillage.api.urls.agent")),
    path("<slug:space>/gestion/contributions/", include("maillage.moderation.urls.agent")),
    path("<slug:space>/gestion/", include("maillage.notices.urls.agent")),
    path("<slug:space>/gestion/lettre/", include("maillage.notices.urls.issues")),
    path("<slug:space>/gestion/imports/", include("maillage.sources.urls")),
]
