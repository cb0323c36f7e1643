"""Addresses at the root of the installation."""

from django.urls import path

from maillage.directory.views import site

app_name = "directory_site"
urlpatterns = [
    path("sitemap.xml", site.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:slug>.xml", site.sitemap, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
]
