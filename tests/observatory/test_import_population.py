"""Populations from files: the real columns of the grid, hostile files, and nothing written without being asked."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command
from pyproj import Transformer

from maillage.core import journal
from maillage.territories.models import (
    Contour,
    Municipality,
    Neighbourhood,
    PopulationCell,
    PopulationCount,
)
from maillage.territories.queries import forget_shapes
from tests.factories import make_space

pytestmark = pytest.mark.django_db

MONTREUIL, PANTIN = "93048", "93055"
HEAD = "idcar_200m,idcar_1km,lcog_geo,ind,ind_0_3,ind_4_5,ind_6_10,ind_11_17,ind_18_24,ind_65_79,ind_80p"
CELL = "CRS3035RES200mN2889400E3766{}00"


@pytest.fixture
def space():
    return make_space("val", communes=(MONTREUIL, PANTIN))


def cell(
    at: int, commune: str = MONTREUIL, people: str = "120.5", ages: str = "4,3,6,8,10,20,5"
) -> str:
    return f"{CELL.format(at)},x,{commune},{people},{ages}"


def written(path, *rows: str, head: str = HEAD):
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def run(path, *options: str, space: str = "val") -> tuple[dict, str]:
    out = io.StringIO()
    call_command("import_population", str(path), "--space", space, *options, stdout=out)
    text = out.getvalue()
    return json.loads(text.splitlines()[-1]), text


def test_squares_are_tried_then_written_then_known(space, tmp_path):
    path = written(
        tmp_path / "c.csv", cell(1), cell(2, PANTIN), cell(3, "75120"), cell(4, people="0")
    )
    found, text = run(path, "--year", "2021")
    assert (found["created"], found["people"]) == (2, 241)
    assert "rien n'est changé" in text
    assert not PopulationCell.objects.exists()
    before = journal.now_at("territories")
    run(path, "--year", "2021", "--apply")
    assert journal.now_at("territories") == before + 1
    kept = PopulationCell.objects.get(code=CELL.format(1))
    assert (kept.municipality_code, kept.population, kept.year) == (MONTREUIL, 120.5, 2021)
    assert kept.groups == {"under_25": 31.0}
    east, north = Transformer.from_crs(4326, 3035, always_xy=True).transform(kept.lon, kept.lat)
    assert (east, north) == (pytest.approx(3_766_200, abs=2), pytest.approx(2_889_500, abs=2))
    again, _ = run(path, "--year", "2021", "--apply")
    assert (again["unchanged"], again["created"], again["updated"]) == (2, 0, 0)
    assert journal.now_at("territories") == before + 1


def test_squares_that_left_the_file_are_removed_and_others_changed(space, tmp_path):
    run(written(tmp_path / "a.csv", cell(1), cell(2)), "--year", "2019", "--apply")
    PopulationCell.objects.create(
        code="ailleurs", municipality_code="75120", lon=2.4, lat=48.8, population=3, year=2019, source="t"
    )  # fmt: skip
    found, _ = run(written(tmp_path / "b.csv", cell(2, people="80")), "--year", "2021", "--apply")
    assert (found["updated"], found["removed"]) == (1, 1)
    codes = set(PopulationCell.objects.values_list("code", flat=True))
    assert codes == {CELL.format(2), "ailleurs"}


def test_parquet_is_read_as_well(space, tmp_path):
    import duckdb

    source = written(tmp_path / "c.csv", cell(1), cell(2, f"{PANTIN}{MONTREUIL}"))
    target = tmp_path / "c.parquet"
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{source}', types={{'lcog_geo': 'VARCHAR'}})) TO '{target}'"
    )
    found, _ = run(target, "--year", "2021", "--apply")
    assert found["created"] == 2


def test_a_square_on_two_communes_goes_where_its_centre_is(space, tmp_path):
    lon, lat = Transformer.from_crs(3035, 4326, always_xy=True).transform(3_766_200, 2_889_500)
    ring = [
        [lon - 1, lat - 1],
        [lon + 1, lat - 1],
        [lon + 1, lat + 1],
        [lon - 1, lat + 1],
        [lon - 1, lat - 1],
    ]
    shape = {"type": "Polygon", "coordinates": [ring]}
    Contour.objects.filter(municipality__in=[MONTREUIL, PANTIN]).delete()
    Contour.objects.create(municipality_id=PANTIN, geometry=shape, source="t")
    forget_shapes()
    run(written(tmp_path / "c.csv", cell(1, f"{MONTREUIL}{PANTIN}")), "--year", "2021", "--apply")
    assert PopulationCell.objects.get().municipality_code == PANTIN
    Contour.objects.all().delete()
    forget_shapes()
    run(written(tmp_path / "d.csv", cell(1, f"{MONTREUIL}{PANTIN}")), "--year", "2021", "--apply")
    assert PopulationCell.objects.get().municipality_code == MONTREUIL


def test_former_communes_and_paris_as_a_whole_are_known(tmp_path):
    make_space("nord", communes=("93066",))
    run(written(tmp_path / "c.csv", cell(1, "93059")), "--year", "2021", "--apply", space="nord")
    assert PopulationCell.objects.get().municipality_code == "93066"
    PopulationCell.objects.all().delete()
    make_space("vingt", communes=("75120",))
    point = Municipality.objects.get(code="75120")
    east, north = Transformer.from_crs(4326, 3035, always_xy=True).transform(point.lon, point.lat)
    code = f"CRS3035RES200mN{north // 200 * 200:.0f}E{east // 200 * 200:.0f}"
    row = f"{code},x,75056,50,1,1,1,1,1,1,1"
    run(written(tmp_path / "p.csv", row), "--year", "2021", "--apply", space="vingt")
    assert PopulationCell.objects.get().municipality_code == "75120"


def test_squares_that_cannot_be_used_are_refused_one_by_one(space, tmp_path):
    path = written(
        tmp_path / "c.csv", cell(1), cell(1), cell(2, people="-3"), cell(3, people="beaucoup"),
        f"CRS9999RES200mN1E1,x,{MONTREUIL},5,,,,,,,", f"pas un carreau,x,{MONTREUIL},5,,,,,,,",
        cell(5, ages="400,3,6,8,10,20,5"),
    )  # fmt: skip
    found, text = run(path, "--year", "2021", "--apply")
    assert (found["created"], found["refused"]) == (2, 5)
    assert "deux fois" in text
    assert PopulationCell.objects.get(code=CELL.format(5)).groups == {}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "est vide"),
        (b"PAR1 rien", "Parquet lisible"),
        (b"a;b\n1;2\n", "ni les colonnes des carreaux"),
        (b"idcar_200m,ind\nx,1\n", "lcog_geo manque"),
        (f"{HEAD}\n{cell(1, '59350')}\n".encode(), "aucun carreau habité"),
        ("idcar_200m,lcog_geo,ind,é\n".encode("utf-16"), "lisible"),
        (b"\x00\x01\x02" * 400, ""),
    ],
    ids=["empty", "cut parquet", "other columns", "missing column", "elsewhere", "utf-16", "bytes"],
)
def test_hostile_files_get_one_sentence_and_change_nothing(space, tmp_path, content, sentence):
    path = tmp_path / "fichier.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run(path, "--year", "2021", "--apply")
    assert sentence in str(refused.value)
    assert refused.value.returncode == 2
    assert not PopulationCell.objects.exists()


def test_what_is_not_told_is_asked_for(space, tmp_path):
    path = written(tmp_path / "c.csv", cell(1))
    for wrong in (["--space", "val"], ["--space", "rien", "--year", "2021"]):
        with pytest.raises(CommandError):
            call_command("import_population", str(path), *wrong)
    make_space("vide", communes=())
    with pytest.raises(CommandError, match="aucune commune"):
        run(path, "--year", "2021", space="vide")
    with pytest.raises(CommandError, match="introuvable"):
        run(tmp_path / "absent.csv", "--year", "2021")


def counts(path, *rows: tuple[str, ...]):
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream, delimiter=";")
        sheet.writerows([("code", "groupe", "annee", "effectif", "source"), *rows])
    return path


def test_counts_by_group_and_by_neighbourhood(space, tmp_path):
    Neighbourhood.objects.create(
        kind="local", code="bas-montreuil", name="Bas", municipality_codes=[MONTREUIL], geometry={}, source="t"
    )  # fmt: skip
    path = counts(
        tmp_path / "e.csv", (MONTREUIL, "over_75", "2022", "6 400", "Insee RP"),
        (PANTIN, "Moins de 25 ans", "2022", "19149,5", "Insee RP"), ("bas-montreuil", "", "2022", "9000", "Ville"),
    )  # fmt: skip
    found, _ = run(path, "--apply")
    assert found["created"] == 3
    told = set(PopulationCount.objects.values_list("place_code", "group", "count"))
    assert told == {
        (MONTREUIL, "over_75", 6400),
        (PANTIN, "under_25", 19149.5),
        ("bas-montreuil", "", 9000),
    }
    again, _ = run(path, "--apply")
    assert again["unchanged"] == 3


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("00000", "over_75", "2022", "5", "x"), "ni une commune"),
        ((MONTREUIL, "licornes", "2022", "5", "x"), "n'existe pas"),
        ((MONTREUIL, "", "2022", "5", "x"), "indiquez un groupe"),
        ((MONTREUIL, "over_75", "2022", "-5", "x"), "nombre possible"),
        ((MONTREUIL, "over_75", "2022", "inf", "x"), "nombre possible"),
        ((MONTREUIL, "over_75", "l'an dernier", "5", "x"), "nombre possible"),
        ((MONTREUIL, "over_75", "2022", "5", ""), "la source manque"),
    ],
)
def test_counts_that_make_no_sense_are_refused_with_their_line(space, tmp_path, row, sentence):
    path = counts(tmp_path / "e.csv", (PANTIN, "under_3", "2022", "2500", "Insee"), row)
    found, text = run(path, "--apply")
    assert (found["created"], found["refused"]) == (1, 1)
    assert "Ligne 3" in text
    assert sentence in text
