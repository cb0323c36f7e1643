"""The register of associations, in its two exports."""

import csv

import pytest

from maillage.sources.connectors.base import (
    Issue,
    Outside,
    ReadContext,
    SourceError,
    SourceRecord,
)
from maillage.sources.connectors.rna import SECTORS, RnaConnector
from maillage.structures.models import Term

pytestmark = pytest.mark.django_db
WALDEC = [
    "id",
    "id_ex",
    "siret",
    "rup_mi",
    "gestion",
    "date_creat",
    "date_decla",
    "date_publi",
    "date_disso",
    "nature",
    "groupement",
    "titre",
    "titre_court",
    "objet",
    "objet_social1",
    "objet_social2",
    "adrs_complement",
    "adrs_numvoie",
    "adrs_repetition",
    "adrs_typevoie",
    "adrs_libvoie",
    "adrs_distrib",
    "adrs_codeinsee",
    "adrs_codepostal",
    "adrs_libcommune",
    "adrg_declarant",
    "adrg_complemid",
    "adrg_complemgeo",
    "adrg_libvoie",
    "adrg_distrib",
    "adrg_codepostal",
    "adrg_achemine",
    "adrg_pays",
    "dir_civilite",
    "telephone",
    "siteweb",
    "email",
    "publiweb",
    "observation",
    "position",
    "maj_time",
]
IMPORT = [
    "id",
    "id_ex",
    "siret",
    "gestion",
    "date_creat",
    "date_publi",
    "nature",
    "groupement",
    "titre",
    "objet",
    "objet_social1",
    "objet_social2",
    "adr1",
    "adr2",
    "adr3",
    "adrs_codepostal",
    "libcom",
    "adrs_codeinsee",
    "dir_civilite",
    "siteweb",
    "publiweb",
    "observation",
    "position",
    "rup_mi",
    "maj_time",
]
ROW = {
    "id": "W931234567",
    "siret": "90000000100017",
    "date_creat": "2014-06-17",
    "date_disso": "0001-01-01",
    "nature": "D",
    "titre": "LA RECYCLERIE INVENTÉE",
    "titre_court": "LRI",
    "objet": 'donner une seconde vie aux objets, dits "perdus"',
    "objet_social1": "030000",
    "adrs_numvoie": "12",
    "adrs_typevoie": "RUE",
    "adrs_libvoie": "du Secret",
    "adrs_distrib": "_",
    "adrs_codeinsee": "93048",
    "adrs_codepostal": "93100",
    "adrs_libcommune": "Montreuil",
    "dir_civilite": "MM",
    "telephone": "0123456789",
    "siteweb": "recyclerie.example",
    "email": "quelqu.un@example.org",
    "publiweb": "1",
    "position": "A",
}


def export(folder, *rows, columns=WALDEC, encoding="iso-8859-1"):
    path = folder / "rna.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(
            stream,
            columns,
            restval="",
            extrasaction="ignore",
            delimiter=";",
            quoting=csv.QUOTE_ALL,
            lineterminator="\r\n",
        )
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    return path


def read(path, *perimeter):
    context = ReadContext(frozenset(perimeter or ("93048",)), {"file": path})
    return list(RnaConnector().read(context))


def records(items):
    return [item for item in items if isinstance(item, SourceRecord)]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "cp1252"])
def test_an_association_keeps_nothing_but_its_commune(tmp_path, encoding):
    items = read(export(tmp_path, {}, encoding=encoding))
    (record,) = records(items)
    assert (record.rna, record.siren, record.line) == ("W931234567", "900000001", 2)
    assert record.fields == {
        "name": "La Recyclerie Inventée",
        "legal_name": "LA RECYCLERIE INVENTÉE",
        "acronym": "LRI",
        "legal_category": "9220",
        "description": 'Donner une seconde vie aux objets, dits "perdus"',
        "website": "https://recyclerie.example",
        "created_on": "2014-06-17",
        "state": "active",
        "ceased_on": None,
    }
    assert (record.terms, record.main_sector) == (("sec-con",), "sec-con")
    (place,) = record.establishments
    assert place.siret == ""
    assert place.fields == {
        "municipality_code": "93048",
        "postal_code": "93100",
        "address": "",
        "address_is_public": False,
        "location_quality": "none",
        "state": "active",
        "is_head_office": True,
    }
    told = repr(items)
    assert not any(secret in told for secret in ("Secret", "0123456789", "quelqu.un"))


def test_the_import_export_says_the_same_with_fewer_columns(tmp_path):
    row = {"libcom": "MONTREUIL", "adr1": "12 rue du Secret"}
    (record,) = records(read(export(tmp_path, row, columns=IMPORT)))
    assert record.rna == "W931234567"
    assert record.establishments[0].municipality_code == "93048"
    assert "acronym" not in record.fields
    assert record.fields["description"].startswith("Donner")
    shorter = [name for name in WALDEC if name not in ("telephone", "email")]
    assert len(records(read(export(tmp_path, {}, columns=shorter)))) == 1


def test_no_siren_is_invented(tmp_path):
    rows = [{"siret": ""}, {"id": "W931234568", "siret": "12345678901234"}]
    items = read(export(tmp_path, *rows))
    assert [record.siren for record in records(items)] == ["", ""]
    issues = [(item.code, item.severity, item.line) for item in items if isinstance(item, Issue)]
    assert issues == [("siret-cle", "warning", 3)]


def test_an_association_whose_number_is_not_attributed_yet(tmp_path):
    (record,) = records(read(export(tmp_path, {"id": "0931012345", "siret": ""})))
    assert (record.rna, record.siren) == ("", "")


@pytest.mark.parametrize(
    ("position", "state", "ceased_on"),
    [
        ("A", "active", None),
        ("D", "ceased", "2024-01-31"),
        ("S", "ceased", "2024-01-31"),
        ("R", "ceased", "2024-01-31"),
    ],
)
def test_positions(tmp_path, position, state, ceased_on):
    row = {"position": position, "date_disso": "2024-01-31"}
    (record,) = records(read(export(tmp_path, row)))
    assert (record.fields["state"], record.fields["ceased_on"]) == (state, ceased_on)
    assert record.establishments[0].fields["state"] == state


def test_what_is_left_out_is_counted(tmp_path):
    items = read(
        export(
            tmp_path,
            {"adrs_codeinsee": "93055", "adrs_libcommune": "Pantin", "adrs_codepostal": "93500"},
            {"objet_social1": "001005"},
            {"objet_social1": "040510"},
            {"titre": ""},
            {"id": "W93"},
            {"date_creat": "0002-03-04"},
        )
    )
    assert {item.reason: item.count for item in items if isinstance(item, Outside)} == {
        "hors du périmètre": 1,
        "associations politiques": 1,
        "associations cultuelles ou spirituelles": 1,
    }
    issues = [(item.code, item.severity, item.line) for item in items if isinstance(item, Issue)]
    assert issues[:2] == [("nom-absent", "refused", 5), ("rna-format", "refused", 6)]
    assert issues[2][1:] == ("warning", 7)
    assert [record.fields["created_on"] for record in records(items)] == [None]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"adrs_codeinsee": "75056", "adrs_codepostal": "75020", "adrs_libcommune": "Paris"}, True),
        (
            {"adrs_codeinsee": "75056", "adrs_codepostal": "75011", "adrs_libcommune": "Paris"},
            False,
        ),
        ({"adrs_codeinsee": "", "adrs_codepostal": "75020", "adrs_libcommune": "PARIS 20"}, True),
    ],
)
def test_paris_is_read_by_arrondissement(tmp_path, row, found):
    assert bool(records(read(export(tmp_path, row), "75120"))) is found


def test_alsace_and_moselle_are_said_to_be_missing(tmp_path):
    items = read(export(tmp_path, {}), "67482", "57463", "93048")
    (issue,) = [item for item in items if isinstance(item, Issue)]
    assert issue.code == "alsace-moselle"
    assert issue.message.startswith("Les associations de 2 communes du territoire")


@pytest.mark.parametrize(
    ("short", "kept"),
    [
        ("LRI", "LRI"),
        ("LA RECYCLERIE", None),
        ("UNITE FRANCAISE...", None),
        ("UN TITRE COURT BIEN TROP LONG", None),
        ("", None),
    ],
)
def test_a_short_title_is_kept_when_it_is_an_acronym(tmp_path, short, kept):
    (record,) = records(read(export(tmp_path, {"titre_court": short})))
    assert record.fields.get("acronym") == kept


def test_a_website_is_taken_only_when_the_association_publishes_it(tmp_path):
    (record,) = records(read(export(tmp_path, {"publiweb": "0"})))
    assert "website" not in record.fields


def test_every_sector_exists():
    codes = {f"sec-{name}" for name in SECTORS.values()}
    assert set(Term.objects.filter(code__in=codes).values_list("code", flat=True)) == codes


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "autre.csv"
    path.write_text("id;nom\n1;A\n")
    with pytest.raises(SourceError) as error:
        read(path)
    assert str(error.value) == (
        "Il manque la colonne « titre » dans « autre.csv » : ce n'est pas un export du RNA."
    )
