"""Membership of the ESS, family, typology: tables of cases."""

import pytest

from maillage.structures.actions.ess import (
    EssFacts,
    derive_ess_status,
    derive_family,
    derived_fields,
    estimate_typology,
)
from maillage.structures.lib import read_reference
from maillage.structures.queries.perimeter import Form, Perimeter, Trade, load_perimeter

PERIMETER = Perimeter(
    forms={
        "9220": Form("Association déclarée", "association", "include"),
        "5458": Form("SARL SCOP", "cooperative", "include"),
        "5710": Form("SAS", "commercial", "flag_only"),
        "6532": Form("SICA", "cooperative", "review"),
        "7410": Form("GIP", "other", "exclude"),
        "8210": Form("Mutuelle", "mutual", "include"),
        "9300": Form("Fondation", "foundation", "include"),
    },
    trades={
        ("NAFRev2", "94"): Trade("Organisations", False, "sec-cit"),
        ("NAFRev2", "9491Z"): Trade("Organisations religieuses", True, "sec-cit"),
        ("NAFRev2", "84"): Trade("Administration publique", True, "sec-cit"),
        ("NAFRev2", "9529Z"): Trade("Réparation", False, "sec-ree"),
        ("NAF2025", "9491"): Trade("", True, "sec-cit"),
    },
)
Z = {"activity_nomenclature": "NAFRev2"}


@pytest.mark.parametrize(
    ("facts", "status", "reason"),
    [
        ({"legal_category": "9220", "flag": True}, "confirmed", "Déclarée ESS dans Sirene."),
        (
            {"legal_category": "9220"},
            "presumed",
            "Forme juridique de l'ESS : Association déclarée (9220).",
        ),
        (
            {"legal_category": "9220", "flag": False},
            "presumed",
            "Forme juridique de l'ESS : Association déclarée (9220), mais Sirene ne la déclare pas ESS.",
        ),
        (
            {"legal_category": "9220", "in_list": True},
            "confirmed",
            "Dans la liste des entreprises de l'ESS d'ESS France.",
        ),
        (
            {"legal_category": "9220", "activity_code": "94.91Z", **Z},
            "excluded",
            "Activité hors de l'ESS, sans déclaration contraire : Organisations religieuses (94.91Z).",
        ),
        (
            {"legal_category": "9220", "activity_code": "94.91Z", "flag": True, **Z},
            "confirmed",
            "Déclarée ESS dans Sirene.",
        ),
        (
            {"legal_category": "9220", "activity_code": "84.11Z", **Z},
            "excluded",
            "Activité hors de l'ESS, sans déclaration contraire : Administration publique (84.11Z).",
        ),
        (
            {
                "legal_category": "9220",
                "activity_code": "94.91Y",
                "activity_nomenclature": "NAF2025",
            },
            "excluded",
            "Activité hors de l'ESS, sans déclaration contraire : 94.91Y.",
        ),
        (
            {"legal_category": "9220", "activity_code": "94.99Z", **Z},
            "presumed",
            "Forme juridique de l'ESS : Association déclarée (9220).",
        ),
        ({"legal_category": "5710", "flag": True}, "confirmed", "Déclarée ESS dans Sirene."),
        ({"legal_category": "5710"}, "excluded", "Société ni déclarée ESS ni agréée : SAS (5710)."),
        (
            {"legal_category": "5710", "flag": False},
            "excluded",
            "Société ni déclarée ESS ni agréée : SAS (5710).",
        ),
        (
            {"legal_category": "5710", "valid_labels": {"lab-siae-ei"}},
            "excluded",
            "Société ni déclarée ESS ni agréée : SAS (5710).",
        ),
        (
            {"legal_category": "5710", "valid_labels": {"lab-esus", "lab-siae-ei"}},
            "confirmed",
            "Agréée ESUS.",
        ),
        (
            {"legal_category": "5710", "valid_labels": {"lab-scic"}},
            "confirmed",
            "Coopérative par son statut de SCIC.",
        ),
        (
            {"legal_category": "7410"},
            "excluded",
            "Forme juridique hors de l'ESS : GIP (7410).",
        ),
        (
            {"legal_category": "7410", "flag": True},
            "excluded",
            "Forme juridique hors de l'ESS : GIP (7410). À noter : déclarée ESS dans Sirene.",
        ),
        ({"legal_category": "6532"}, "unknown", "Forme juridique à examiner : SICA (6532)."),
        ({"legal_category": "6532", "flag": True}, "confirmed", "Déclarée ESS dans Sirene."),
        ({"legal_category": "5999"}, "unknown", "Forme juridique inconnue : 5999."),
        ({}, "unknown", "Forme juridique non renseignée."),
        ({"valid_labels": {"lab-esat"}}, "unknown", "Forme juridique non renseignée."),
        ({"in_list": True}, "confirmed", "Dans la liste des entreprises de l'ESS d'ESS France."),
        (
            {"legal_category": "7410", "override": "confirmed", "override_reason": "vu en séance"},
            "confirmed",
            "Décision d'un agent : vu en séance",
        ),
        (
            {"legal_category": "9220", "flag": True, "override": "excluded"},
            "excluded",
            "Décision d'un agent : sans motif",
        ),
    ],
)
def test_status_and_reason(facts, status, reason):
    assert derive_ess_status(EssFacts(**facts), PERIMETER) == (status, reason)


def test_a_reason_always_fits_its_column():
    facts = EssFacts(override="excluded", override_reason="x" * 900)
    assert len(derive_ess_status(facts, PERIMETER)[1]) == 300


@pytest.mark.parametrize(
    ("category", "labels", "family"),
    [
        ("9220", (), "association"),
        ("5458", (), "cooperative"),
        ("8210", (), "mutual"),
        ("9300", (), "foundation"),
        ("5710", (), "commercial"),
        ("5710", ("lab-scop",), "cooperative"),
        ("9220", ("lab-cae",), "association"),
        ("7410", (), "other"),
        ("", ("lab-scic",), "cooperative"),
        ("", (), ""),
    ],
)
def test_family(category, labels, family):
    facts = EssFacts(legal_category=category, valid_labels=labels)
    assert derive_family(facts, PERIMETER) == family


@pytest.mark.parametrize(
    ("family", "band", "employer", "sector", "typology", "reason"),
    [
        ("cooperative", "", None, "", "entrepreneurial", "Estimée d'après la forme : coopérative."),
        ("mutual", "NN", None, "", "entrepreneurial", "Estimée d'après la forme : mutuelle."),
        (
            "association",
            "02",
            True,
            "sec-cit",
            "entrepreneurial",
            "Estimée d'après l'emploi : 3 à 5 salariés.",
        ),
        (
            "association",
            "01",
            True,
            "sec-cit",
            "militant",
            "Estimée d'après l'emploi (1 ou 2 salariés) et l'activité.",
        ),
        (
            "association",
            "01",
            True,
            "sec-ree",
            "entrepreneurial",
            "Estimée d'après l'emploi (1 ou 2 salariés) et l'activité.",
        ),
        (
            "association",
            "NN",
            None,
            "sec-ree",
            "militant",
            "Estimée d'après l'emploi : association sans salarié.",
        ),
        (
            "association",
            "",
            False,
            "",
            "militant",
            "Estimée d'après l'emploi : association sans salarié.",
        ),
        ("association", "", None, "sec-cul", "", ""),
        ("association", "", True, "sec-cul", "", ""),
        ("foundation", "NN", None, "", "", ""),
        (
            "foundation",
            "41",
            None,
            "",
            "entrepreneurial",
            "Estimée d'après l'emploi : 500 à 999 salariés.",
        ),
        ("other", "41", True, "", "", ""),
        ("", "", None, "", "", ""),
    ],
)
def test_typology_is_an_estimate_with_its_reason(family, band, employer, sector, typology, reason):
    facts = EssFacts(size_band=band, is_employer=employer)
    assert estimate_typology(facts, family, sector) == (typology, reason)
    assert "fragile" not in reason


def test_derived_fields_are_consistent():
    facts = EssFacts(legal_category="9220", activity_code="95.29Z", size_band="01", **Z)
    assert derived_fields(facts, PERIMETER) == {
        "ess_status": "presumed",
        "ess_reason": "Forme juridique de l'ESS : Association déclarée (9220).",
        "family": "association",
        "typology": "entrepreneurial",
        "typology_reason": "Estimée d'après l'emploi (1 ou 2 salariés) et l'activité.",
        "typology_origin": "estimated",
    }
    assert derived_fields(EssFacts(), PERIMETER)["typology_origin"] == ""


@pytest.mark.parametrize(
    ("nomenclature", "code", "sector"),
    [
        ("NAFRev2", "94.99Z", "sec-cit"),
        ("NAFRev2", "9499Z", "sec-cit"),
        ("", "88.91A", "sec-soc"),
        ("NAFRev2", "47.79Z", "sec-ree"),
        ("NAFRev2", "47.71Z", "sec-com"),
        ("NAFRev2", "93.12Z", "sec-spo"),
        ("NAF2025", "94.99Y", "sec-cit"),
        ("NAF2025", "88.99H", "sec-soc"),
        ("NAF2025", "95.31G", "sec-mob"),
        ("NAFRev1", "91.3E", "sec-cit"),
        ("NAFRev1", "92.6C", "sec-spo"),
        ("NAFRev2", "00.00Z", ""),
        ("NAFRev2", "", ""),
        ("NAP", "7715", ""),
    ],
)
@pytest.mark.django_db
def test_sector_of_an_activity_in_the_shipped_tables(nomenclature, code, sector):
    assert load_perimeter().sector(nomenclature, code) == sector


@pytest.mark.django_db
def test_the_tables_are_read_in_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        perimeter = load_perimeter()
    assert len(perimeter.forms) == len(read_reference().legal_categories)
    assert len(perimeter.trades) == len(read_reference().activities)
    assert perimeter.form("9220") == Form("Association déclarée", "association", "include")
