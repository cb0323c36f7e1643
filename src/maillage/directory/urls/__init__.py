from django.urls import path

from maillage.directory.views import around, booklets, downloads, embeds, pages, searches, structure

app_name = "directory"
urlpatterns = [
    # The list and the map
    path("annuaire/", pages.directory_list, name="list"),
    path("carte/", pages.directory_map, name="map"),
    path("annuaire/autour/", around.around, name="around"),
    path("annuaire/secteur/<slug:code>/", pages.sector, name="sector"),
    path("annuaire/commune/<slug:code>/", pages.municipality, name="municipality"),
    path("annuaire/enregistrer/", searches.save, name="save_search"),
    # The same, to take away
    path("annuaire/points.json", downloads.points, name="points"),
    path("annuaire/export.<str:extension>", downloads.export, name="export"),
    path("annuaire/livret/", booklets.ask, name="booklet"),
    path("annuaire/livret/<str:key>/", booklets.one, name="booklet_one"),
    path("annuaire/livret/<str:key>/livret.pdf", booklets.file, name="booklet_file"),
    path("annuaire/livret/<str:key>/recommencer/", booklets.again, name="booklet_again"),
    path("perimetre.geojson", downloads.perimeter, name="perimeter"),
    path("carte.svg", embeds.outline, name="outline"),
    path("nouveautes.atom", downloads.new_structures, name="feed"),
    # A structure
    path("structures/id/<int:structure_id>/", structure.card, name="card"),
    path("structures/<slug:slug>/", structure.sheet, name="structure"),
    path("structures/<slug:slug>/qr.svg", structure.qr_code, name="structure_qr"),
    path("structures/<slug:slug>/contact.vcf", structure.contact_card, name="structure_vcard"),
    path("structures/<slug:slug>/horaires.ics", structure.hours, name="structure_hours"),
]
