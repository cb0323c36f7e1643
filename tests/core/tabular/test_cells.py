"""Cells as people type them: one case a line."""

import contextlib
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from maillage.core.tabular import cells


def refused(function, *arguments):
    with pytest.raises(cells.CellError) as caught:
        function(*arguments)
    assert caught.value.message.endswith((".", ")."))
    return caught.value.code


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (None, ""),
        ("", ""),
        ("  Épicerie \u00a0 du\tcoin\n", "Épicerie du coin"),
        ("[ND]", ""),
        ("NA", ""),
        ("null", ""),
        ("_", ""),
        ("Sans objet", ""),
        ("\ufeffL’Éclat\x00", "L’Éclat"),
        ("a\u202eb\u200bc", "abc"),
        (29600.0, "29600"),
        (2.5, "2.5"),
        ("Nanterre", "Nanterre"),
    ],
)
def test_text(given_, expected):
    assert cells.text(given_) == expected


def test_mask_is_told_from_empty():
    assert cells.is_masked(" [nd] ")
    assert not cells.is_masked("")
    assert not cells.is_masked("Nd'coop")


def test_paragraphs_lose_markup_but_keep_lines():
    html = "<p>Un &amp; <b>deux</b></p><script>alert(1)</script>x < y\r\n\r\n\r\n\r\nfin <!-- c -->"
    assert cells.paragraphs(html) == "Un & deux\nx < y\n\nfin"
    assert cells.paragraphs("Atelier <3 couture") == "Atelier <3 couture"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("732 829 320", "732829320"),
        ("'732829320", "732829320"),
        ("732829320.0", "732829320"),
        (732829320.0, "732829320"),
        ("5720610", "005720610"),
        ("[ND]", ""),
        ("000000000", ""),
    ],
)
def test_siren(given_, expected):
    assert cells.siren(given_) == expected


def test_siren_refused():
    assert refused(cells.siren, "732829321") == "siren-cle"
    assert refused(cells.siren, "12345") == "siren-longueur"
    assert refused(cells.siren, "73282932000074") == "siren-longueur"
    assert refused(cells.siren, "7,32E+08") == "siren-excel"
    assert refused(cells.siren, "RNA W75") == "siren-format"
    assert refused(cells.siren, "²³²³²³²³²") == "siren-format"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("732 829 320 00074", "73282932000074"),
        ("732.829.320.00074", "73282932000074"),
        (73282932000074.0, "73282932000074"),
        ("35600000000048", "35600000000048"),  # La Poste, head office
        ("35600000049837", "35600000049837"),  # La Poste, a branch: sum of digits
        ("", ""),
        ("null", ""),
    ],
)
def test_siret(given_, expected):
    assert cells.siret(given_) == expected


def test_siret_gets_its_lost_zeros_back():
    nine = "005720610"
    full = next(f"{nine}{n:05d}" for n in range(10, 100) if luhn.is_valid(f"{nine}{n:05d}"))
    assert cells.siret(full.lstrip("0")) == full


def test_siret_refused():
    assert refused(cells.siret, "2,43E+13") == "siret-excel"
    assert refused(cells.siret, "2.43E13") == "siret-excel"
    assert refused(cells.siret, "35181600000000") == "siret-arrondi"
    assert refused(cells.siret, "73282932000075") == "siret-cle"
    assert refused(cells.siret, "732829320") == "siret-longueur"
    assert refused(cells.siret, "123456789012345") == "siret-longueur"


def test_siret_or_siren():
    assert cells.siret_or_siren("732829320") == ("", "732829320")
    assert cells.siret_or_siren("73282932000074") == ("73282932000074", "732829320")
    assert cells.siret_or_siren("5720610") == ("", "005720610")
    assert cells.siret_or_siren("") == ("", "")
    assert refused(cells.siret_or_siren, "35181600000000") == "siret-arrondi"


def test_rna():
    assert cells.rna(" w751 234567 ") == "W751234567"
    assert cells.rna("W9C1000123") == "W9C1000123"
    assert cells.rna("_") == ""
    assert refused(cells.rna, "751P12345") == "rna-format"
    assert refused(cells.rna, "W75123456") == "rna-format"


TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("2024-03-01", dt.date(2024, 3, 1)),
        ("2024-03-01T10:00:00+02:00", dt.date(2024, 3, 1)),
        ("1/3/2024", dt.date(2024, 3, 1)),
        ("01.03.2024", dt.date(2024, 3, 1)),
        ("20240301", dt.date(2024, 3, 1)),
        ("1er mars 2024", dt.date(2024, 3, 1)),
        ("3 août 2020", dt.date(2020, 8, 3)),
        ("12 déc. 2020", dt.date(2020, 12, 12)),
        ("1901", dt.date(1901, 1, 1)),
        ("2019.0", dt.date(2019, 1, 1)),
        (dt.datetime(2020, 1, 2, tzinfo=dt.UTC), dt.date(2020, 1, 2)),
        (dt.date(2020, 1, 2), dt.date(2020, 1, 2)),
        ("0001-01-01", None),
        ("01/01/0001", None),
        ("", None),
        ("2031-12-31", dt.date(2031, 12, 31)),
    ],
)
def test_date(given_, expected):
    assert cells.date(given_, today=TODAY) == expected


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ("31/02/2020", "date-format"),
        ("hier", "date-format"),
        ("1 ju 2020", "date-format"),
        ("1799-12-31", "date-bornes"),
        ("2032-01-01", "date-bornes"),
        ("9999-01-01", "date-bornes"),
        ("03/04/19", "date-format"),
    ],
)
def test_date_refused(given_, code):
    assert refused(lambda value: cells.date(value, today=TODAY), given_) == code


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("25 000,00", "25000.00"),
        ("24\u202f975,00 €", "24975.00"),
        ("8048.0", "8048.0"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("-12,5 euros", "-12.5"),
        (1000.0, "1000"),
    ],
)
def test_amount(given_, expected):
    assert cells.amount(given_) == Decimal(expected)


def test_amount_refused():
    assert cells.amount(" ") is None
    for wrong in ("1e309", "NaN €", "douze", "12 €/an", "9" * 30):
        assert refused(cells.amount, wrong) == "montant-format"


def test_number():
    assert cells.number("2,343155") == 2.343155
    assert cells.number("") is None
    assert refused(cells.number, "Infinity") == "nombre-format"
    assert refused(cells.number, "9" * 400) == "nombre-format"


def test_boolean():
    assert [cells.boolean(v) for v in ("oui", "X", "1", "Vrai", True)] == [True] * 5
    assert [cells.boolean(v) for v in ("NON", "0", "faux", False)] == [False] * 4
    assert cells.boolean("") is None
    assert refused(cells.boolean, "peut-être") == "oui-non"


def test_point():
    assert cells.point("2,3431", "48.87074") == cells.Point(2.3431, 48.87074)
    assert cells.point("48.87", "2.34") == cells.Point(2.34, 48.87, swapped=True)
    assert cells.point("-61.5", "16.2") == cells.Point(-61.5, 16.2)
    assert cells.point("-73.97", "40.67") == cells.Point(-73.97, 40.67)
    assert cells.point("0", "0.0") is None
    assert cells.point("", "[ND]") is None
    assert refused(cells.point, "", "48.8") == "point-incomplet"
    assert refused(cells.point, "652000", "6862000") == "point-bornes"


@pytest.mark.parametrize(
    "given_",
    [
        "48.83, 2.28",
        "[48.83, 2.28]",
        "48,83 ; 2,28",
        "POINT (2.28 48.83)",
        '{"lon": 2.28, "lat": 48.83}',
        "2.28 48.83",
    ],
)
def test_point_in_one_cell(given_):
    found = cells.point_from_text(given_)
    assert (found.lon, found.lat) == (2.28, 48.83)


def test_point_in_one_cell_refused():
    assert cells.point_from_text("") is None
    assert refused(cells.point_from_text, "rue de Paris") == "point-format"
    assert refused(cells.point_from_text, "48.8, 2.2, 35") == "point-format"


def test_postal_and_municipality_codes():
    assert cells.postal_code("29600.0") == "29600"
    assert cells.postal_code("1000") == "01000"
    assert cells.postal_code("75 011 Cedex 04") == "75011"
    assert cells.postal_code("F-75011") == "75011"
    assert cells.postal_code("") == ""
    assert refused(cells.postal_code, "751") == "code-postal"
    assert cells.municipality_code("1001") == "01001"
    assert cells.municipality_code("2a004") == "2A004"
    assert cells.municipality_code(75120.0) == "75120"
    assert refused(cells.municipality_code, "Paris") == "code-insee"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("01 23 45 67 89", "+33123456789"),
        ("01.23.45.67.89 / 06 11 22 33 44", "+33123456789"),
        ("+33 (0)1 23 45 67 89", "+33123456789"),
        ("0033123456789", "+33123456789"),
        ("33123456789", "+33123456789"),
        ("123456789", "+33123456789"),
        ("123456789.0", "+33123456789"),
        ("0590 12 34 56", "+590590123456"),
        ("+32 2 123 45 67", "+3221234567"),
        ("3949", "3949"),
        ("non renseigné", ""),
    ],
)
def test_phone(given_, expected):
    assert cells.phone(given_) == expected


def test_phone_refused():
    for wrong in ("12", "à venir", "01 23 45", "+1" * 20):
        assert refused(cells.phone, wrong) == "telephone"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("www.exemple.fr", "https://www.exemple.fr"),
        ("HTTP://Exemple.FR/Chemin?a=B", "http://exemple.fr/Chemin?a=B"),
        ("exemple.fr:8080/x", "https://exemple.fr:8080/x"),
        ("https://a.fr ; https://b.fr", "https://a.fr"),
        ("//exemple.fr", "https://exemple.fr"),
        ("https://épicerie.fr/à-côté", "https://épicerie.fr/à-côté"),
        ("NA", ""),
    ],
)
def test_url(given_, expected):
    assert cells.url(given_) == expected


def test_url_refused():
    for wrong in (
        "javascript:alert(1)", "data:text/html,x", "ftp://a.fr", "facebook", "http://",
        "https://moi:secret@a.fr", "http://[", "https://a.fr/" + "x" * 400,
    ):  # fmt: skip
        assert refused(cells.url, wrong) == "adresse-web"


def test_email():
    assert cells.email("Contact@Exemple.FR") == "Contact@exemple.fr"
    assert cells.email("mailto:a@b.fr") == "a@b.fr"
    assert cells.email("a@b.fr; c@d.fr") == "a@b.fr"
    assert cells.email("-") == ""
    assert refused(cells.email, "a@b") == "courriel"
    assert refused(cells.email, "pas d'adresse") == "courriel"


ALL = [
    cells.text, cells.paragraphs, cells.siren, cells.siret, cells.siret_or_siren, cells.rna,
    cells.date, cells.amount, cells.number, cells.boolean, cells.point_from_text,
    cells.postal_code, cells.municipality_code, cells.phone, cells.url, cells.email,
]  # fmt: skip


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_no_cell_raises_anything_else(value):
    for function in ALL:
        with contextlib.suppress(cells.CellError):
            function(value)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_siren_survives_a_spreadsheet(number):
    siren = f"{number:08d}" + luhn.calc_check_digit(f"{number:08d}")
    if int(siren) >= 100_000:
        assert cells.siren(float(siren)) == siren
