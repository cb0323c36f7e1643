"""Personal data, legal pages and audience: for the public, a person, an agent, an administrator."""

from django.urls import path

from maillage.portal.views import legal, measure, my_data, privacy, rights

app_name = "privacy"
_MANAGE = "<slug:space>/gestion/"
_SETTINGS = f"{_MANAGE}parametres/"

urlpatterns = [
    # /compte/donnees/
    path("compte/donnees/", my_data.my_data, name="my_data"),
    path("compte/donnees/tout/", my_data.all_my_data, name="all_my_data"),
    path("compte/donnees/export/", my_data.export, name="export"),
    path("compte/donnees/demande/", my_data.ask_mine, name="ask_mine"),
    path("compte/donnees/effacer/", my_data.erase, name="erase"),
    path("compte/donnees/efface/", my_data.erased, name="erased"),
    path("compte/donnees/consentements/<int:pk>/retirer/", my_data.withdraw, name="withdraw"),
    # /<space>/
    path("<slug:space>/donnees-personnelles/", privacy.personal_data, name="personal_data"),
    path(
        "<slug:space>/donnees-personnelles/registre.csv", privacy.register_csv, name="register_csv"
    ),
    path("<slug:space>/donnees-personnelles/opposition/", privacy.ask, name="ask"),
    path("<slug:space>/donnees-personnelles/opposition/envoyee/", privacy.asked, name="asked"),
    path("<slug:space>/contact/", privacy.contact, name="contact"),
    path("<slug:space>/contact/envoye/", privacy.contacted, name="contacted"),
    path("<slug:space>/plan-du-site/", privacy.site_map, name="site_map"),
    path("<slug:space>/mesure/", measure.beacon, name="measure"),
    # /<space>/gestion/
    path(f"{_MANAGE}donnees-personnelles/", rights.queue, name="rights"),
    path(f"{_MANAGE}donnees-personnelles/<int:pk>/", rights.one, name="rights_one"),
    path(f"{_MANAGE}donnees-personnelles/<int:pk>/fiche/", rights.name_page, name="rights_page"),
    path(f"{_MANAGE}audience/", measure.audience, name="audience"),
    path(f"{_MANAGE}audience/audience.csv", measure.audience_csv, name="audience_csv"),
    # /<space>/gestion/parametres/
    path(f"{_SETTINGS}mentions/", legal.legal, name="legal"),
    path(f"{_SETTINGS}accessibilite/", legal.statement, name="statement"),
    path(f"{_SETTINGS}registre/", legal.register, name="register"),
    path(f"{_SETTINGS}registre/ajouter/", legal.sheet, name="new_sheet"),
    path(f"{_SETTINGS}registre/fiche/<int:pk>/", legal.sheet, name="own_sheet"),
    path(f"{_SETTINGS}registre/fiche/<int:pk>/retirer/", legal.drop, name="drop_sheet"),
    path(f"{_SETTINGS}registre/<slug:code>/", legal.sheet, name="sheet"),
    path(f"{_SETTINGS}durees/", legal.durations_applied, name="durations"),
]
