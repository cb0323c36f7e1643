"""Lists of inclusion structures, in the layouts of the ASP and of the Marché de l'inclusion."""

import csv

import pytest

from maillage.sources.connectors.base import (
    Issue,
    LabelRecord,
    Outside,
    ReadContext,
    SourceError,
    SourceRecord,
)
from maillage.sources.connectors.siae import SiaeConnector

pytestmark = pytest.mark.django_db
COLUMNS = [
    "siret",
    "kind",
    "name",
    "brand",
    "naf",
    "address",
    "post_code",
    "city",
    "insee_code",
    "department",
    "longitude",
    "latitude",
    "website",
    "description",
    "source",
    "slug",
]
ROW = {
    "siret": "90000000100017",
    "kind": "EI",
    "name": "LES ATELIERS INVENTES",
    "brand": "",
    "naf": "5621Z",
    "address": "Rue de l'Exemple",
    "post_code": "93100",
    "city": "Montreuil",
    "insee_code": "93048",
    "longitude": "2.4419",
    "latitude": "48.8631",
    "source": "ASP",
}
SIRETS = ("90000000100017", "90000000100025", "90000010000017", "90000020900016")


def marche(folder, *rows):
    path = folder / "marche.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    return path


def read(path, perimeter=("93048", "93055")):
    return list(SiaeConnector().read(ReadContext(frozenset(perimeter), {"file": path})))


def records(items):
    return [item for item in items if isinstance(item, SourceRecord)]


def refused(items):
    return [(item.line, item.code) for item in items if isinstance(item, Issue)]


def test_a_row_of_the_marche(tmp_path):
    row = {"brand": "L'Atelier", "website": "atelier.example", "description": "<p>Cuisine\nici</p>"}
    (record,) = records(read(marche(tmp_path, row)))
    assert record == SourceRecord(
        siren="900000001",
        fields={
            "name": "L'Atelier",
            "legal_name": "LES ATELIERS INVENTES",
            "website": "https://atelier.example",
            "description": "Cuisine\nici",
            "activity_code": "56.21Z",
            "activity_nomenclature": "NAFRev2",
        },
        terms=("sec-res", "us-l1"),
        main_sector="sec-res",
        labels=(LabelRecord("lab-siae-ei", siret="90000000100017", proof="Liste des EI"),),
        establishments=record.establishments,
        line=2,
    )
    (place,) = record.establishments
    assert place.siret == "90000000100017"
    assert place.fields == {
        "name": "L'Atelier",
        "address": "Rue de l'Exemple",
        "postal_code": "93100",
        "municipality_code": "93048",
        "lon": 2.4419,
        "lat": 48.8631,
        "location_quality": "street",
        "location_source": "Marché de l'inclusion",
    }


def test_the_asp_list_has_one_row_per_measure(tmp_path):
    path = tmp_path / "asp.csv"
    path.write_text(
        "ID;MESURE;SIRET;DENOMINATION;ADRESSE;CODE POSTAL;VILLE\n"
        "1;EI_DC;90000000100017;LES ATELIERS INVENTES;3 RUE X;93100;MONTREUIL\n"
        "2;ACI_DC;90000000100017;LES ATELIERS INVENTES;3 RUE X;93100;MONTREUIL\n"
        "3;ETTI_DC;90000000100025;LES ATELIERS INVENTES;5 RUE Y;93500;PANTIN\n",
        encoding="cp1252",
    )
    (record,) = records(read(path))
    assert [(label.code, label.siret) for label in record.labels] == [
        ("lab-siae-ei", "90000000100017"),
        ("lab-siae-aci", "90000000100017"),
        ("lab-siae-etti", "90000000100025"),
    ]
    codes = {at.siret: at.municipality_code for at in record.establishments}
    assert codes == {"90000000100017": "93048", "90000000100025": "93055"}


def test_flawed_rows_are_refused_with_their_line(tmp_path):
    items = read(
        marche(
            tmp_path,
            {"siret": "90000000100018"},
            {"siret": ""},
            {"siret": "9,00E+13"},
            {"siret": "90000000000000"},
            {"kind": "ZZZ"},
            {},
        )
    )
    assert refused(items) == [
        (2, "siret-cle"),
        (3, "siret-absent"),
        (4, "siret-excel"),
        (5, "siret-arrondi"),
        (6, "genre-inconnu"),
    ]
    assert [record.line for record in records(items)] == [7]


def test_rows_without_a_commune_code_are_placed_by_their_name_or_point(tmp_path):
    blank = {"insee_code": ""}
    items = read(
        marche(
            tmp_path,
            {**blank},
            {**blank, "siret": SIRETS[1], "city": "MONTREUIL CEDEX", "post_code": "93105"},
            {**blank, "siret": SIRETS[2], "city": "", "post_code": ""},
            {
                **blank,
                "siret": SIRETS[3],
                "city": "Ailleurs",
                "post_code": "77130",
                "longitude": "",
                "latitude": "",
            },
        ),
        ("93048", "93055", "77305"),
    )
    codes = [at.municipality_code for record in records(items) for at in record.establishments]
    assert codes[:3] == ["93048", "93048", "93048"]
    assert len(codes) == 3
    assert refused(items) == [(5, "commune-introuvable")]


def test_a_name_of_the_territory_wins_over_a_point_by_its_edge(tmp_path):
    row = {"insee_code": "", "post_code": "33500", "city": "Pantin"}
    (record,) = records(read(marche(tmp_path, row)))
    assert record.establishments[0].municipality_code == "93055"


def test_a_structure_of_two_territories_is_named_the_same_in_both(tmp_path):
    path = marche(
        tmp_path,
        {"siret": SIRETS[0], "brand": "Le Premier", "insee_code": "92050", "city": "Nanterre"},
        {"siret": SIRETS[1], "brand": "Le Second"},
    )
    here, there = read(path), read(path, ("92050",))
    assert records(here)[0].fields == records(there)[0].fields
    assert records(here)[0].fields["name"] == "Le Premier"
    assert [at.siret for at in records(here)[0].establishments] == [SIRETS[1]]
    assert [(item.count, item.reason) for item in here if isinstance(item, Outside)] == [
        (1, "hors du périmètre")
    ]


@pytest.mark.parametrize(
    ("kind", "label", "terms"),
    [
        ("ESAT", "lab-esat", ("sec-res", "pub-personnes-en-situation-de-handicap")),
        ("GEIQ", "lab-geiq", ("sec-res", "us-l1")),
        ("SEP", "lab-sep", ("sec-res",)),
    ],
)
def test_kinds(tmp_path, kind, label, terms):
    (record,) = records(read(marche(tmp_path, {"kind": kind})))
    assert [found.code for found in record.labels] == [label]
    assert record.terms == terms


def test_every_label_exists():
    from maillage.sources.connectors.data_inclusion import NETWORKS
    from maillage.sources.connectors.siae import AIMS, AUDIENCES, LABELS
    from maillage.structures.models import Term

    used = {*LABELS.values(), *AIMS.values(), *AUDIENCES.values(), *NETWORKS.values()}
    assert used == set(Term.objects.filter(code__in=used).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"<html><body>404</body></html>", "page web"),
        (b"nom,ville\nA,B\n", "Il manque la colonne « siret »"),
        (b"siret,ville\n90000000100017,B\n", "Il manque la colonne « mesure »"),
    ],
)
def test_what_is_not_such_a_list(tmp_path, content, sentence):
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=sentence):
        read(path)
