"""Rows of kept files become records, issues and rows outside."""

from datetime import date

import pytest

from maillage.sources.connectors.base import (
    EstablishmentRecord,
    Issue,
    LabelRecord,
    Outside,
    Progress,
    ReadContext,
    SourceError,
    SourceRecord,
)
from maillage.sources.connectors.registry import connector
from maillage.sources.connectors.table import TableConnector
from maillage.sources.connectors.table.vocabulary import Vocabulary, family
from tests.factories import make_siren, make_siret

pytestmark = pytest.mark.django_db
PERIMETER = frozenset(
    {"93008", "93048", "93055", "93066"}
)  # Bobigny, Montreuil, Pantin, Saint-Denis


@pytest.fixture
def read(tmp_path):
    def read(text, *, perimeter=PERIMETER, data=None, **options):
        path = tmp_path / "kept.csv"
        path.write_bytes(data if data is not None else text.encode())
        context = ReadContext(perimeter=perimeter, files={"file": path}, options=options)
        items = list(TableConnector().read(context))
        return Found(items)

    return read


class Found:
    def __init__(self, items):
        self.records = [item for item in items if isinstance(item, SourceRecord)]
        self.refused = [i for i in items if isinstance(i, Issue) and i.severity == "refused"]
        self.warnings = [i for i in items if isinstance(i, Issue) and i.severity == "warning"]
        self.outside = {i.reason: i.count for i in items if isinstance(i, Outside)}
        self.progress = [i.done for i in items if isinstance(i, Progress)]


def test_it_is_registered():
    assert isinstance(connector("table"), TableConnector)


def test_a_full_row(read):
    siren = make_siren()
    siret = make_siret(siren)
    found = read(
        "Nom;SIRET;Sigle;Adresse;CP;Ville;Site web;Téléphone;Courriel;Présentation;Secteur;Label;Création;NAF;Lat;Lon\n"
        f'"La Boucle";{siret};LB;"12 rue Haute";93100;Montreuil;boucle.example;0123456789;a@b.fr;'
        '"<b>Vélos</b> & pièces";Ressourcerie ou recyclerie;ESUS;2019;8899B;48,86;2,44\n'
    )
    assert found.refused == found.warnings == []
    assert found.records == [
        SourceRecord(
            siren=siren,
            fields={
                "name": "La Boucle",
                "acronym": "LB",
                "website": "https://boucle.example",
                "phone": "+33123456789",
                "email": "a@b.fr",
                "description": "Vélos & pièces",
                "created_on": "2019-01-01",
                "activity_code": "88.99B",
                "activity_nomenclature": "NAFRev2",
            },
            terms=("sec-ree-01",),
            main_sector="sec-ree-01",
            labels=(LabelRecord("lab-esus"),),
            establishments=(
                EstablishmentRecord(
                    siret,
                    {
                        "municipality_code": "93048",
                        "address": "12 rue Haute",
                        "postal_code": "93100",
                        "lon": 2.44,
                        "lat": 48.86,
                        "location_quality": "house",
                        "location_source": "fichier",
                    },
                ),
            ),
            line=2,
        )
    ]


def test_empty_cells_say_nothing(read):
    record = read("nom;commune;site web;sigle\nA;Pantin;NA;\n").records[0]
    assert record.fields == {"name": "A"}
    assert record.establishments == (EstablishmentRecord("", {"municipality_code": "93055"}),)


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("code insee", "93055", "93055"),
        ("code insee", "93059", "93066"),  # Pierrefitte, merged into Saint-Denis on 1 January 2025
        ("code postal;ville", "93500;PANTIN CEDEX", "93055"),
        ("code postal;ville", "93500.0;", "93055"),
        ("ville;departement", "Montreuil;93", "93048"),
        ("code insee;code postal;ville", "75056;75020;Paris", "75120"),
        ("code postal;ville", "75020;Paris", "75120"),
        ("ville", "Paris 20e", "75120"),
        ("ville", "Montreuil (93)", "93048"),
        ("ville", "93100 Montreuil", "93048"),
        ("adresse", "12 rue Haute 93100 Montreuil", "93048"),
        ("adresse", "12 rue Haute, 75020, Paris, France", "75120"),
    ],
)
def test_the_commune_is_found(read, header, row, expected):
    found = read(f"nom;{header}\nA;{row}\n", perimeter=PERIMETER | {"75120"})
    assert found.refused == []
    assert [place.municipality_code for place in found.records[0].establishments] == [expected]


def test_the_commune_is_found_by_its_contour(read):
    found = read("nom;latitude;longitude\nA;48.8638;2.4436\nB;43.6;1.44\nC;2.4436;48.8638\n")
    assert [(r.fields["name"], r.establishments[0].municipality_code) for r in found.records] == [
        ("A", "93048"),
        ("C", "93048"),
    ]
    assert found.outside == {"hors du périmètre": 1}
    assert [(w.code, w.message) for w in found.warnings] == [
        (
            "coordonnees-inversees",
            "Latitude et longitude étaient échangées sur 1 lignes : elles ont été remises dans l'ordre.",
        )
    ]


def test_homonyms_outside_and_abroad(read):
    found = read(
        "nom;code postal;ville;departement\nA;;Saint-Denis;\nB;97400;Saint-Denis;\nC;;New York;US\nD;13001;Marseille;\n"
        "E;;Nulleville;\nF;93999;Nulleville;\n"
    )
    assert [(r.fields["name"], r.establishments[0].municipality_code) for r in found.records] == [
        ("A", "93066")
    ]
    assert [(w.line, w.code) for w in found.warnings] == [(2, "commune-homonyme")]
    assert found.outside == {"hors du périmètre": 2, "hors de France": 1}
    assert [(i.line, i.code) for i in found.refused] == [(6, "sans_commune"), (7, "sans_commune")]


def test_wrong_identifiers_refuse_the_row_and_only_it(read):
    siren = make_siren()
    found = read(
        "nom;siret;siren;commune\nA;2,43E+13;;Pantin\nB;35181600000000;;Pantin\nC;73282932000075;;Pantin\n"
        f"D;{make_siret(siren)};{make_siren()};Pantin\nE;{siren};;Pantin\nF;;;Pantin\n"
    )
    assert [(i.line, i.code) for i in found.refused] == [
        (2, "siret-excel"),
        (3, "siret-arrondi"),
        (4, "siret-cle"),
        (5, "siren-siret"),
    ]
    assert [(r.siren, r.establishments[0].siret, r.fields["name"]) for r in found.records] == [
        (siren, "", "E"),
        ("", "", "F"),
    ]


def test_a_doubtful_cell_is_left_out_with_a_reserve(read):
    found = read("nom;commune;tel;mail;site web;creation\nA;Pantin;12;x@;javascript:a;1066-01-01\n"
                 "B;Pantin;0123456789;a@b.fr;b.fr;2020\n" * 2)  # fmt: skip
    assert {w.code for w in found.warnings if w.line == 2} == {
        "telephone", "courriel", "adresse-web", "date-bornes",
    }  # fmt: skip
    assert found.records[0].fields == {"name": "A"}


def test_rows_of_one_structure_are_joined(read):
    siren = make_siren()
    first, second = make_siret(siren, 1), make_siret(siren, 2)
    found = read(
        f"nom;siret;commune;adresse;telephone\nVieux nom;{first};Pantin;1 rue A;0123456789\n"
        f"Nom;{first};Pantin;1 rue A;\nNom;{second};Bobigny;2 rue B;\nAilleurs;{make_siret(siren, 3)};Lyon 3e;;\n"
    )
    assert len(found.records) == 1
    record = found.records[0]
    assert record.fields == {"name": "Nom", "phone": "+33123456789"}
    assert [(p.siret, p.fields["address"]) for p in record.establishments] == [
        (first, "1 rue A"),
        (second, "2 rue B"),
    ]
    assert [w.message for w in found.warnings] == [
        "2 lignes parlent d'une structure déjà lue : elles y sont jointes."
    ]
    assert found.outside == {"hors du périmètre": 1}


def test_a_number_alone_is_enough_for_who_is_known(read):
    siren = make_siren()
    found = read(f"nom;siren;commune\nA;{siren};\nA;{siren};\n")
    assert [(r.siren, r.establishments) for r in found.records] == [(siren, ()), (siren, ())]
    assert found.refused == []


def test_nothing_to_name_the_structure(read):
    found = read("nom;commune;note\n;Pantin;x\nNA;Pantin;y\n")
    assert [(i.line, i.code, i.message) for i in found.refused] == [
        (2, "sans_nom", "La ligne n'a ni nom, ni SIREN, ni numéro RNA."),
        (3, "sans_nom", "La ligne n'a ni nom, ni SIREN, ni numéro RNA."),
    ]


def test_mapping_by_hand_joins_and_ticks_labels(read):
    found = read(
        "Quoi;Rue;Suite;Ville;ESUS ?;Note 1;Note 2\nA;1 rue A;bâtiment B;Pantin;oui;un;deux\nB;;;Pantin;non;;\n"
        "C;;;Pantin;peut-être;;\n",
        mapping={
            "Quoi": "name", "Rue": "address", "Suite": "address", "Ville": "municipality",
            "ESUS ?": "label:lab-esus", "Note 1": "description", "Note 2": "description",
        },
    )  # fmt: skip
    first, second, third = found.records
    assert first.establishments[0].fields["address"] == "1 rue A bâtiment B"
    assert first.fields["description"] == "un\n\ndeux"
    assert [r.labels for r in (first, second, third)] == [(LabelRecord("lab-esus"),), (), ()]
    assert [(w.line, w.code) for w in found.warnings] == [(4, "oui-non")]


def test_words_of_the_axes():
    words = Vocabulary()
    assert words.codes("Bâtiment, chantier et aménagement", "sector") == (["sec-bat"], [])
    assert words.codes("SCIC; esus | Tiers-lieux", "label") == (
        ["lab-scic", "lab-esus", "lab-tl"],
        [],
    )
    assert words.codes("Atelier vélo, Fablabs, Poney", "") == (
        ["sec-mob-01", "sec-art-01"],
        ["Poney"],
    )
    assert words.codes("sec-ali-04", "sector") == (["sec-ali-04"], [])


def test_unknown_words_are_told_once(read):
    found = read("nom;commune;secteur\n" + "A;Pantin;Poney\nB;Pantin;Poney\nC;Lyon;Âne\n")
    assert [w.message for w in found.warnings if w.code == "mot-inconnu"] == [
        "« Poney » n'est pas un secteur connu : ce mot n'est pas repris (2 fois)."
    ]


def test_families_in_words():
    assert family("Association loi 1901") == "association"
    assert family("SCOP SARL") == "cooperative"
    assert family("Fonds de dotation") == "foundation"
    assert family("Mutuelle") == "mutual"
    assert family("Commune") == ""


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (b"", {}, "Ce fichier est vide."),
        (b"<!doctype html><html></html>", {}, None),
        (b"a;b\n1;2\n", {}, None),
        (b"nom;b\nx;2\n", {"mapping": {"z": "name"}}, "Le fichier n'a pas de colonne « z »."),
        (b"nom;b\nx;2\n", {"mapping": {"nom": "zzz"}}, "« zzz » n'est pas un champ connu."),
        (
            b"nom;b\nx;2\n",
            {"mapping": {"nom": ""}},
            "Aucune colonne ne donne le nom, le SIRET, le SIREN ou le numéro RNA des structures : indiquez laquelle.",
        ),
        (
            b'nom;commune\nA;Pantin\nB;"Pantin\n',
            {},
            "Ce fichier semble coupé : un guillemet ouvert à la ligne 3 n'est jamais fermé. Demandez-le ou téléchargez-le à nouveau.",
        ),
    ],
)
def test_an_unreadable_file_is_one_sentence(read, data, options, expected):
    with pytest.raises(SourceError) as caught:
        read("", data=data, **options)
    message = str(caught.value)
    assert message.endswith(".")
    assert expected in {None, message}


def test_progress_and_date(read, tmp_path):
    found = read("nom;commune\n" + "A;Pantin\n" * 1200)
    assert found.progress[-1] == 1
    assert len(found.progress) == 3
    path = tmp_path / "kept.csv"
    context = ReadContext(PERIMETER, {"file": path}, {"date": "2026-03-01"})
    assert TableConnector().source_date(context) == date(2026, 3, 1)
    undated = ReadContext(PERIMETER, {"file": path})
    assert TableConnector().source_date(undated) == date.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ012
