"""An address that is not public appears in no output, whatever its form."""

import pytest
from pyogrio.raw import read as read_gpkg

from maillage.core.tabular.geopackage import point
from tests.factories import make_establishment, make_structure

pytestmark = pytest.mark.django_db

STREET, LON, LAT, PHONE, MAIL = (
    "13 impasse du Secret",
    2.44321,
    48.86789,
    "0102030405",
    "x@prive.example",
)
PATHS = (
    "annuaire/",
    "annuaire/?q=discrète",
    "carte/",
    "annuaire/points.json",
    "annuaire/points.json?commune=93048",
    "annuaire/export.csv",
    "annuaire/export.geojson",
    "annuaire/commune/93048/",
    "nouveautes.atom",
    "structures/discrete/",
    "structures/voisine/",
)


def body(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


@pytest.fixture(params=["structure", "establishment", "address"])
def discreet(request, space, publish):
    of_structure = {"disclosure": "P"} if request.param == "structure" else {}
    of_place = {
        "structure": {},
        "establishment": {"disclosure": "P"},
        "address": {"address_is_public": False},
    }[request.param]
    structure = make_structure("Discrète", slug="discrete", **of_structure)
    make_establishment(structure, address=STREET, lon=LON, lat=LAT, **of_place)
    make_structure("Voisine", slug="voisine", in_space=space)
    publish()
    return structure


def test_no_output_tells_the_street_or_the_point(discreet, reader):
    paths = (*PATHS, f"structures/id/{discreet.pk}/")
    for path in paths:
        response = reader.get(path)
        assert response.status_code == 200, path
        text = body(response)
        for secret in ("Secret", "44321", "86789"):
            assert secret not in text, (path, secret)


def test_the_workbook_does_not_tell_either(discreet, reader):
    import io
    import zipfile

    response = reader.get("annuaire/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as book:
        text = "".join(
            book.read(name).decode() for name in book.namelist() if name.endswith(".xml")
        )
    assert "Discrète" in text
    assert not any(secret in text for secret in ("Secret", "44321", "86789"))


def test_nor_does_the_geopackage(discreet, reader, tmp_path):
    file = tmp_path / "annuaire.gpkg"
    file.write_bytes(b"".join(reader.get("annuaire/export.gpkg").streaming_content))
    described, _ids, shapes, columns = read_gpkg(file, layer="annuaire")
    rows = [
        dict(zip(described["fields"], values, strict=True), at=shape)
        for shape, *values in zip(shapes, *columns, strict=True)
    ]
    (row,) = [row for row in rows if row["id"] == discreet.pk]
    assert (row["adresse"], row["position_approximative"]) == (None, True)
    assert row["at"] == point(row["longitude"], row["latitude"]) != point(LON, LAT)
    assert b"Secret" not in file.read_bytes()


def test_it_stands_at_the_centre_of_its_commune(discreet, reader, space):
    card = next(
        card for card in reader.get("annuaire/").context["page"].cards if card.id == discreet.pk
    )
    assert card.approximate
    assert (round(card.lon, 1), round(card.lat, 1)) == (2.4, 48.9)
    assert card.municipality_names == ["Montreuil"]


def test_neither_a_box_nor_a_distance_betrays_the_point(discreet, reader):
    box = f"{LON - 0.0005},{LAT - 0.0005},{LON + 0.0005},{LAT + 0.0005}"
    assert discreet.pk not in reader.listed(f"bbox={box}")
    card = next(
        card
        for card in reader.get(f"annuaire/?pres={LON},{LAT}").context["page"].cards
        if card.id == discreet.pk
    )
    assert card.distance_m > 100


def test_a_search_of_the_street_does_not_find_it(discreet, reader):
    assert reader.listed("q=impasse+du+secret") == []


def test_partial_disclosure_keeps_contacts_back(space, publish, reader):
    structure = make_structure(
        "Discrète", slug="discrete", disclosure="P", phone=PHONE, email=MAIL, in_space=space
    )
    publish()
    for path in ("structures/discrete/", "annuaire/export.csv", f"structures/id/{structure.pk}/"):
        text = body(reader.get(path))
        assert PHONE not in text
        assert MAIL not in text
