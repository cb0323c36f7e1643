"""What is missing, under /<space>/manques/."""

from django.urls import path

from maillage.observatory.views import gaps

app_name = "gaps"
urlpatterns = [
    path("", gaps.home, name="home"),
    path("methode/", gaps.method, name="method"),
    path("opportunites/", gaps.opportunity_list, name="opportunities"),
    path("manques.csv", gaps.export, name="export"),
    path("lieu/<str:place>/", gaps.place, name="place"),
    path("besoin/<slug:need>/", gaps.need, name="need"),
    path("besoin/<slug:need>/communes.geojson", gaps.communes, name="communes"),
    path("besoin/<slug:need>/carreaux.geojson", gaps.cells, name="cells"),
    path("besoin/<slug:need>/<str:place>/", gaps.gap, name="gap"),
]
