"""The Sirene stock files, read for one territory."""

import gzip
import zipfile
from pathlib import Path

import pytest

from maillage.sources.connectors.base import Issue, Outside, Progress, ReadContext, SourceRecord
from maillage.sources.connectors.sirene import SireneConnector
from tests.factories import make_structure
from tests.sources.sirene_files import (
    PLACE_COLUMNS,
    PLACE_GENERATIONS,
    UNIT_COLUMNS,
    UNIT_GENERATIONS,
    place,
    places_file,
    unit,
    units_file,
    write,
)

pytestmark = pytest.mark.django_db
PARIS_20 = frozenset({"75120"})


def read(units, places, perimeter=PARIS_20):
    context = ReadContext(perimeter, {"units": units, "establishments": places})
    return list(SireneConnector().read(context))


def records(items):
    return [item for item in items if isinstance(item, SourceRecord)]


def outside(items):
    return {item.reason: item.count for item in items if isinstance(item, Outside)}


def issues(items):
    return [(i.code, i.severity, i.excerpt) for i in items if isinstance(i, Issue)]


def one(folder, units, places, perimeter=PARIS_20):
    items = read(units_file(folder, units), places_file(folder, places), perimeter)
    (record,) = records(items)
    return record


def test_a_structure_and_its_establishment(tmp_path):
    items = read(units_file(tmp_path, [unit()]), places_file(tmp_path, [place()]))
    (record,) = records(items)
    assert (record.siren, record.rna) == ("900000001", "W751234567")
    assert record.fields == {
        "name": "Atelier des Lilas Inventes",
        "legal_name": "ATELIER DES LILAS INVENTES",
        "acronym": "",
        "legal_category": "9220",
        "activity_code": "95.29Z",
        "activity_nomenclature": "NAFRev2",
        "size_band": "03",
        "size_year": 2024,
        "is_employer": True,
        "created_on": "2019-03-04",
        "ess_flag_sirene": True,
        "state": "active",
        "ceased_on": None,
        "disclosure": "O",
    }
    assert (record.terms, record.main_sector) == (("sec-ree",), "sec-ree")
    (at,) = record.establishments
    assert at.siret == "90000000100011"
    assert at.fields == {
        "name": "",
        "is_head_office": True,
        "address": "12 bis avenue de l'Exemple",
        "postal_code": "75020",
        "municipality_code": "75120",
        "lon": 2.39877,
        "lat": 48.86544,
        "location_quality": "house",
        "location_source": "Sirene",
        "address_is_public": True,
        "activity_code": "95.29Z",
        "activity_nomenclature": "NAFRev2",
        "size_band": "",
        "size_year": None,
        "opened_on": "2019-03-04",
        "closed_on": None,
        "state": "active",
        "disclosure": "O",
    }
    assert issues(items) == []
    assert outside(items) == {}
    done = [item.done for item in items if isinstance(item, Progress)]
    assert done == sorted(done)
    assert done[-1] <= 1


@pytest.mark.parametrize("unit_width", UNIT_GENERATIONS)
@pytest.mark.parametrize("place_width", PLACE_GENERATIONS)
def test_every_generation_of_columns(tmp_path, unit_width, place_width):
    without = UNIT_GENERATIONS[unit_width]
    units = units_file(tmp_path, [unit()], without=without)
    without = PLACE_GENERATIONS[place_width]
    places = places_file(tmp_path, [place()], without=without)
    assert len(units.read_text().splitlines()[0].split(",")) == unit_width
    assert len(places.read_text().splitlines()[0].split(",")) == place_width
    (record,) = records(read(units, places))
    assert record.fields["name"] == "Atelier des Lilas Inventes"
    known = "coordonneeLambertAbscisseEtablissement" not in without
    assert (record.establishments[0].fields["lon"] is not None) == known


def test_columns_are_read_by_name_in_any_order_with_unknown_ones(tmp_path):
    units = write(tmp_path / "u.csv", UNIT_COLUMNS[::-1], [unit()], extra=["colonneDeDemain"])
    places = write(tmp_path / "e.csv", PLACE_COLUMNS[::-1], [place()], extra=["autreColonne"])
    (record,) = records(read(units, places))
    assert record.establishments[0].siret == "90000000100011"


@pytest.mark.parametrize("kind", ["zip", "gz", "crlf", "bom", "semicolon", "parquet", "typed"])
def test_every_container_says_the_same(tmp_path, kind):
    rows, at = (
        [unit("005720610")],
        [place("00572061000017", libelleVoieEtablissement="D'EN HAUT, 2E")],
    )
    options = {"crlf": {"lineterminator": "\r\n"}, "bom": {"encoding": "utf-8-sig"}}.get(kind, {})
    if kind == "semicolon":
        options = {"delimiter": ";"}
    units = units_file(tmp_path, rows, **options)
    places = places_file(tmp_path, at, **options)
    if kind in ("zip", "gz", "parquet", "typed"):
        units, places = PACK[kind](units), PACK[kind](places)
    (record,) = records(read(units, places))
    assert record.siren == "005720610"
    assert record.establishments[0].siret == "00572061000017"
    assert record.establishments[0].fields["address"] == "12 bis avenue d'en Haut, 2e"
    assert record.establishments[0].fields["is_head_office"] is True
    assert record.fields["created_on"] == "2019-03-04"


def _zip(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
        archive.writestr("__MACOSX/._x.csv", "x")
    path.unlink()
    return packed


def _gz(path: Path) -> Path:
    packed = path.with_name(path.name + ".telecharge")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def _parquet(path: Path, types="") -> Path:
    import duckdb

    packed = path.with_suffix(".parquet")
    with duckdb.connect() as connection:
        reader = f"read_csv('{path}', header=true, all_varchar=true)"
        connection.execute(f"COPY (SELECT * {types} FROM {reader}) TO '{packed}'")
    return packed


def _typed(path: Path) -> Path:
    """Dates and booleans have their type in the official Parquet."""
    columns = path.read_text().splitlines()[0].split(",")
    dates = [name for name in columns if name.startswith("dateCreation")]
    casts = [f"{name}::DATE AS {name}" for name in dates]
    casts += [f"{name}::BOOLEAN AS {name}" for name in columns if name == "etablissementSiege"]
    return _parquet(path, f"REPLACE ({', '.join(casts)})")


PACK = {"zip": _zip, "gz": _gz, "parquet": _parquet, "typed": _typed}


def test_who_is_left_out_is_counted_by_reason(tmp_path):
    units = [
        unit("900000001"),
        unit("900000002", categorieJuridiqueUniteLegale="1000"),
        unit(
            "900000003",
            categorieJuridiqueUniteLegale="5710",
            economieSocialeSolidaireUniteLegale="",
        ),
        unit("900000004", categorieJuridiqueUniteLegale="7410"),
        unit(
            "900000005",
            categorieJuridiqueUniteLegale="6220",
            economieSocialeSolidaireUniteLegale="N",
        ),
        unit("900000006", etatAdministratifUniteLegale="C"),
        unit(
            "900000007",
            activitePrincipaleUniteLegale="94.91Z",
            economieSocialeSolidaireUniteLegale="N",
        ),
        unit(
            "900000008",
            categorieJuridiqueUniteLegale="5999",
            economieSocialeSolidaireUniteLegale="",
        ),
        unit("900000009", categorieJuridiqueUniteLegale="5710"),
    ]
    places = [place(f"{row['siren']}00011") for row in units]
    places += [
        place("90000000100029", etatAdministratifEtablissement="F"),
        place("90000000100037", codeCommuneEtablissement="93048"),
        place("90000001000011"),
        place("90000001100011", codeCommuneEtablissement="", codePostalEtablissement="75020"),
        place("90000001200011", codeCommuneEtablissement="", codePostalEtablissement="93100"),
    ]
    items = read(units_file(tmp_path, units), places_file(tmp_path, places))
    assert [record.siren for record in records(items)] == ["900000001", "900000009"]
    assert outside(items) == {
        "établissements hors du territoire": 2,
        "entreprises individuelles (personnes physiques)": 1,
        "sociétés ni déclarées ESS ni agréées": 1,
        "formes juridiques hors de l'ESS": 1,
        "formes juridiques à examiner, non déclarées ESS": 1,
        "unités légales cessées, inconnues de l'annuaire": 1,
        "activités hors de l'ESS": 1,
        "formes juridiques inconnues, non déclarées ESS": 1,
        "établissements fermés, inconnus de l'annuaire": 1,
    }
    assert issues(items) == [
        ("unite_absente", "refused", "90000001000011"),
        ("commune_absente", "refused", "90000001100011"),
    ]


def test_what_the_directory_knows_is_followed_until_it_ceases(tmp_path):
    make_structure(siren="900000001")
    make_structure(siren="900000002")
    units = [
        unit("900000001", etatAdministratifUniteLegale="C", dateDebut="2026-05-31"),
        unit(
            "900000002",
            categorieJuridiqueUniteLegale="5710",
            economieSocialeSolidaireUniteLegale="",
        ),
    ]
    closed = {"etatAdministratifEtablissement": "F", "dateDebut": "2026-05-31"}
    places = [
        place("90000000100011", **closed),
        place("90000000200019", **closed),
        place("90000000200027", etablissementSiege="false"),
    ]
    first, second = records(read(units_file(tmp_path, units), places_file(tmp_path, places)))
    assert (first.fields["state"], first.fields["ceased_on"]) == ("ceased", "2026-05-31")
    assert first.establishments[0].fields["closed_on"] == "2026-05-31"
    assert second.fields["state"] == "active"
    states = {at.siret: at.fields["state"] for at in second.establishments}
    assert states == {"90000000200019": "ceased", "90000000200027": "active"}
    assert second.establishments[0].fields["is_head_office"]
    assert not second.establishments[1].fields["is_head_office"]


def test_masks_and_impossible_dates_are_empty_and_told(tmp_path):
    row = unit(
        dateCreationUniteLegale="7490-01-01",
        denominationUsuelle1UniteLegale="[ND]",
        sigleUniteLegale="[ND]",
        identifiantAssociationUniteLegale="[ND]",
        trancheEffectifsUniteLegale="[ND]",
        anneeEffectifsUniteLegale="",
        caractereEmployeurUniteLegale="",
        economieSocialeSolidaireUniteLegale="",
    )
    at = place(
        coordonneeLambertAbscisseEtablissement="[ND]",
        coordonneeLambertOrdonneeEtablissement="[ND]",
        denominationUsuelleEtablissement="[ND]",
        dateCreationEtablissement="1900-01-01",
    )
    items = read(units_file(tmp_path, [row]), places_file(tmp_path, [at]))
    (record,) = records(items)
    empty = {
        "acronym": "",
        "size_band": "",
        "size_year": None,
        "is_employer": None,
        "created_on": None,
    }
    assert {name: record.fields[name] for name in empty} == empty
    assert record.fields["ess_flag_sirene"] is None
    assert record.rna == ""
    fields = record.establishments[0].fields
    assert (fields["lon"], fields["location_quality"], fields["location_source"]) == (
        None,
        "none",
        "",
    )
    assert (fields["name"], fields["opened_on"]) == ("", None)
    assert issues(items) == [("date_aberrante", "warning", "900000001 7490-01-01")]


def test_partial_disclosure_keeps_the_commune_only(tmp_path):
    hidden = dict.fromkeys(
        ("numeroVoieEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement"), "[ND]"
    )
    units = [
        unit("900000001", statutDiffusionUniteLegale="P"),
        unit("900000002", statutDiffusionUniteLegale="N", denominationUniteLegale="[ND]"),
        unit("900000003"),
    ]
    places = [
        place("90000000100011", statutDiffusionEtablissement="P", **hidden),
        place("90000000200019", statutDiffusionEtablissement="N", **hidden),
        place(
            "90000000300017", statutDiffusionEtablissement="P", enseigne1Etablissement="CHEZ NOUS"
        ),
    ]
    items = read(units_file(tmp_path, units), places_file(tmp_path, places))
    first, second = records(items)
    assert (first.siren, first.fields["disclosure"]) == ("900000001", "P")
    assert (second.siren, second.fields["disclosure"]) == ("900000003", "O")
    for record in (first, second):
        fields = record.establishments[0].fields
        assert (fields["address"], fields["lon"], fields["lat"], fields["name"]) == (
            "",
            None,
            None,
            "",
        )
        assert (fields["municipality_code"], fields["address_is_public"]) == ("75120", False)
        assert fields["disclosure"] == "P"
    assert issues(items) == [("nom_absent", "refused", "900000002")]


def test_an_address_at_someone_s_home_is_not_kept(tmp_path):
    at = place(complementAdresseEtablissement="CHEZ MME EXEMPLE")
    fields = one(tmp_path, [unit()], [at]).establishments[0].fields
    assert (fields["address"], fields["lon"], fields["address_is_public"]) == ("", None, False)
    assert fields["municipality_code"] == "75120"


def test_former_codes_and_whole_cities_are_brought_to_today_s(tmp_path):
    places = [
        place("90000000100011", codeCommuneEtablissement="75056"),
        place("90000000100029", codeCommuneEtablissement="75056", codePostalEtablissement="75011"),
    ]
    record = one(tmp_path, [unit()], places)
    codes = [(at.siret, at.municipality_code) for at in record.establishments]
    assert codes == [("90000000100011", "75120")]
    former = place(codeCommuneEtablissement="93059", codePostalEtablissement="93380")
    record = one(tmp_path, [unit()], [former], frozenset({"93066"}))
    assert record.establishments[0].municipality_code == "93066"


@pytest.mark.parametrize(
    ("code", "x", "y", "point"),
    [
        ("97411", "338566.13", "7690377.99", (55.44807, -20.87978)),
        ("97105", "636282.87", "1769136.10", (-61.72633, 15.99804)),
        ("97302", "352819.92", "545568.50", (-52.32744, 4.93448)),
        ("97608", "522968.47", "8587204.67", (45.21162, -12.77981)),
        ("75120", "338590.0", "7690340.0", None),
        ("75120", "abc", "6863105.0", None),
    ],
)
def test_points_follow_the_projection_of_their_territory(tmp_path, code, x, y, point):
    at = place(
        codeCommuneEtablissement=code,
        coordonneeLambertAbscisseEtablissement=x,
        coordonneeLambertOrdonneeEtablissement=y,
    )
    fields = one(tmp_path, [unit()], [at], frozenset({code})).establishments[0].fields
    assert ((fields["lon"], fields["lat"]) if fields["lon"] else None) == point


def test_the_activity_comes_with_its_nomenclature(tmp_path):
    new = {"activitePrincipaleNAF25UniteLegale": "95.29H"}
    record = one(tmp_path, [unit(**new)], [place()])
    assert (record.fields["activity_code"], record.fields["activity_nomenclature"]) == (
        "95.29Z",
        "NAFRev2",
    )
    only = unit(
        activitePrincipaleUniteLegale="", nomenclatureActivitePrincipaleUniteLegale="", **new
    )
    record = one(tmp_path, [only], [place()])
    assert (record.fields["activity_code"], record.fields["activity_nomenclature"]) == (
        "95.29H",
        "NAF2025",
    )
    assert record.main_sector == "sec-ree"


def test_the_usual_name_is_shown_and_the_legal_one_kept(tmp_path):
    row = unit(denominationUsuelle1UniteLegale="LA MJC DU LAC", sigleUniteLegale="ADLI")
    fields = one(tmp_path, [row], [place()]).fields
    assert (fields["name"], fields["legal_name"]) == ("La MJC du Lac", "ATELIER DES LILAS INVENTES")


def test_a_siret_given_twice_is_kept_once(tmp_path):
    items = read(
        units_file(tmp_path, [unit()]),
        places_file(tmp_path, [place(), place(numeroVoieEtablissement="14")]),
    )
    assert len(records(items)[0].establishments) == 1
    assert issues(items) == [("siret_double", "warning", "90000000100011")]


def test_a_siret_that_is_not_one_is_refused(tmp_path):
    items = read(
        units_file(tmp_path, [unit()]),
        places_file(tmp_path, [place(), place("9000000010002"), place("900000001000299")]),
    )
    assert [at.siret for at in records(items)[0].establishments] == ["90000000100011"]
    assert issues(items) == [
        ("siret_format", "refused", "9000000010002"),
        ("siret_format", "refused", "900000001000299"),
    ]
