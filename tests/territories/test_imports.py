"""Contours and neighbourhoods brought in from files."""

import json

import pytest
from django.core.management import CommandError, call_command

from maillage.core import journal
from maillage.territories.actions import import_contours, import_neighbourhoods
from maillage.territories.connectors.geojson import GeoFileError, read_features
from maillage.territories.models import Contour, Neighbourhood
from maillage.territories.queries import locate, neighbourhoods_of
from tests.territories.shapes import bow_tie, collection, feature, square, write

pytestmark = pytest.mark.django_db

MONTREUIL = square(2.40, 48.84, 0.08)
LYON_1 = square(4.82, 45.76, 0.02)
LYON_2 = square(4.84, 45.76, 0.02)
QPV = Neighbourhood.Kind.QPV


def run(command, *args, capsys) -> dict[str, int]:
    """The JSON line that ends what the command prints."""
    call_command(command, *args)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def counts(created=0, updated=0, unchanged=0, removed=0, repaired=0, refused=0) -> dict[str, int]:
    return {
        "created": created, "updated": updated, "unchanged": unchanged, "removed": removed,
        "repaired": repaired, "refused": refused,
    }  # fmt: skip


@pytest.fixture
def lyon(tmp_path):
    document = collection(feature(LYON_1, INSEE_COM="69381"), feature(LYON_2, INSEE_COM="69382"))
    return write(tmp_path / "lyon.geojson", document)


def test_contours_are_a_dry_run_first_then_written_once(lyon, capsys):
    assert run("import_contours", str(lyon), capsys=capsys) == counts(created=2)
    assert not Contour.objects.filter(municipality_id="69381").exists()
    assert locate(4.83, 45.77, ["69381"]) is None
    clock = journal.now_at("territories")
    assert run("import_contours", str(lyon), "--apply", capsys=capsys) == counts(created=2)
    assert locate(4.83, 45.77, ["69381", "69382"]) == "69381"
    assert journal.now_at("territories") == clock + 1
    assert run("import_contours", str(lyon), "--apply", capsys=capsys) == counts(unchanged=2)
    assert journal.now_at("territories") == clock + 1


def test_the_source_is_kept(lyon, capsys):
    call_command("import_contours", str(lyon), "--apply")
    assert Contour.objects.get(municipality_id="69381").source == "Fichier lyon.geojson"
    capsys.readouterr()
    args = ("import_contours", str(lyon), "--apply", "--source", "IGN, Licence Ouverte")
    assert run(*args, capsys=capsys) == counts(updated=2)
    assert Contour.objects.get(municipality_id="69381").source == "IGN, Licence Ouverte"


def test_refused_features_are_said_and_the_others_are_written(tmp_path, capsys):
    document = collection(
        feature(LYON_1, code="69381"),
        feature(LYON_2),
        feature(LYON_2, code="99999"),
        feature(None, code="69383"),
        feature({"type": "Polygon", "coordinates": [[[45.7, 4.8], [45.8, 4.8], [45.8, 4.9], [45.7, 4.8]]]}, code="69384"),
    )  # fmt: skip
    call_command("import_contours", str(write(tmp_path / "f.geojson", document)), "--apply")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "Refusé · Objet 2 : aucun code de commune.",
        "Refusé · Objet 3 : code « 99999 » inconnu.",
        "Refusé · Objet 4 (69383) : pas de polygone lisible.",
        "Refusé · Objet 5 (69384) : loin de la commune ; longitude et latitude sont peut-être inversées.",
    ]
    assert json.loads(lines[-1]) == counts(created=1, refused=4)


def test_former_codes_numbers_and_pieces_find_their_commune(tmp_path):
    """A short code lost its zero in a spreadsheet; Pierrefitte is a piece of Saint-Denis."""
    document = collection(
        feature(square(5.42, 45.95, 0.01), code=1004),
        feature(square(2.35, 48.92, 0.02), code="93066"),
        feature(square(2.35, 48.94, 0.02), code="93059"),
    )
    path = write(tmp_path / "f.geojson", document)
    report = import_contours(read_features(path), source="x", apply=True)
    assert (report.created, report.updated, report.refused) == (1, 1, [])
    assert locate(5.425, 45.955, ["01004"]) == "01004"
    assert locate(2.36, 48.93, ["93066"]) == locate(2.36, 48.95, ["93066"]) == "93066"


def test_a_slip_is_repaired_and_counted(tmp_path, capsys):
    path = write(
        tmp_path / "f.geojson", collection(feature(bow_tie(4.82, 45.76, 0.02), code="69381"))
    )
    assert run("import_contours", str(path), "--apply", capsys=capsys) == counts(
        created=1, repaired=1
    )
    assert Contour.objects.get(municipality_id="69381").geometry["type"] == "MultiPolygon"


def test_simplifying_opens_no_gap_between_neighbours(tmp_path):
    """A wavy edge of 400 points shared by two communes: fewer points, still the same edge."""
    edge = [[4.84 + 0.0001 * (n % 2), 45.76 + n * 0.00005] for n in range(401)]
    west = {
        "type": "Polygon",
        "coordinates": [[[4.82, 45.76], *edge, [4.82, 45.78], [4.82, 45.76]]],
    }
    east = {
        "type": "Polygon",
        "coordinates": [[[4.86, 45.76], *edge, [4.86, 45.78], [4.86, 45.76]]],
    }
    path = write(
        tmp_path / "f.geojson", collection(feature(west, code="69381"), feature(east, code="69382"))
    )
    import_contours(read_features(path), source="x", apply=True)
    shapes = Contour.objects.filter(source="x").order_by("municipality")
    (one,), (other,) = (contour.geometry["coordinates"] for contour in shapes)
    assert len(one) < 40  # of 403
    points = [(4.825 + n * 0.0007, 45.765 + n * 0.0002) for n in range(40)]
    assert all(locate(lon, lat, ["69381", "69382"]) for lon, lat in points)
    shared = {tuple(point) for point in one} & {tuple(point) for point in other}
    assert len(shared) >= 2


@pytest.mark.parametrize("command", ["import_contours", "import_neighbourhoods"])
@pytest.mark.parametrize("content", ["", "<html></html>", '{"features": [{', "\x00"])
def test_a_bad_file_gives_one_sentence_exit_code_2_and_changes_nothing(tmp_path, command, content):
    path = tmp_path / "bad.geojson"
    path.write_text(content)
    before = (Contour.objects.count(), journal.now_at("territories"))
    more = ["--kind", "qpv"] if command == "import_neighbourhoods" else []
    with pytest.raises(CommandError, match=r"^« bad\.geojson »") as caught:
        call_command(command, str(path), *more, "--apply")
    assert caught.value.returncode == 2
    assert (Contour.objects.count(), journal.now_at("territories")) == before


def features(tmp_path, *items):
    return read_features(write(tmp_path / "n.geojson", collection(*items)))


def test_qpv_are_brought_in_with_their_communes(tmp_path, capsys):
    across = feature(square(2.415, 48.884, 0.006), code_qp="QN09301X", lib_qp="Les Deux Rives")
    path = write(tmp_path / "q.geojson", collection(across))
    args = ("import_neighbourhoods", str(path), "--kind", "qpv")
    assert run(*args, capsys=capsys) == counts(created=1)
    assert Neighbourhood.objects.count() == 0
    assert run(*args, "--apply", capsys=capsys) == counts(created=1)
    row = Neighbourhood.objects.get()
    assert (row.kind, row.code, row.name) == ("qpv", "QN09301X", "Les Deux Rives")
    assert row.municipality_codes == ["93045", "93055"]
    assert neighbourhoods_of(2.418, 48.887) == [row.pk]
    assert run(*args, "--apply", capsys=capsys) == counts(unchanged=1)


def test_the_paris_commune_of_a_file_becomes_the_arrondissement(tmp_path):
    item = feature(square(2.395, 48.86, 0.004), code_qp="QN07501X", lib_qp="A", insee_com="75056")
    import_neighbourhoods(features(tmp_path, item), kind=QPV, source="x", apply=True)
    assert Neighbourhood.objects.get().municipality_codes == ["75120"]


def test_communes_are_those_of_the_file_where_no_contour_is_known(tmp_path):
    item = feature(square(6.1, 49.1, 0.01), code_qp="QN05701X", insee_com="57463, 57059")
    import_neighbourhoods(features(tmp_path, item), kind=QPV, source="x", apply=True)
    row = Neighbourhood.objects.get()
    assert (row.municipality_codes, row.name) == (["57059", "57463"], "QN05701X")


def test_iris_and_local_neighbourhoods(tmp_path):
    iris = feature(square(2.44, 48.86, 0.01), CODE_IRIS="930480101", NOM_IRIS="Mairie")
    report = import_neighbourhoods(
        features(tmp_path, iris), kind=Neighbourhood.Kind.IRIS, source="x", apply=True
    )
    assert report.as_json() == counts(created=1)
    local = feature(square(2.44, 48.855, 0.01), nom="Bas Montreuil")
    import_neighbourhoods(
        features(tmp_path, local), kind=Neighbourhood.Kind.LOCAL, source="x", apply=True
    )
    rows = Neighbourhood.objects.order_by("kind").values_list("code", "name", "municipality_codes")
    assert list(rows) == [
        ("930480101", "Mairie", ["93048"]),
        ("BAS-MONTREUIL", "Bas Montreuil", ["93048"]),
    ]


def test_bad_neighbourhoods_are_refused_with_their_reason(tmp_path):
    report = import_neighbourhoods(
        features(
            tmp_path,
            feature(square(2.44, 48.86, 0.01), code_qp="QN09301X"),
            feature(square(2.45, 48.86, 0.01), code_qp="QN09301X"),
            feature(square(2.45, 48.86, 0.01), code_qp="93048"),
            feature(square(2.45, 48.86, 0.01)),
            feature(None, code_qp="QN09302X"),
        ),
        kind=QPV,
        source="x",
    )
    assert report.created == 1
    assert report.refused == [
        "Objet 2 : le code QN09301X est déjà donné plus haut.",
        "Objet 3 : code « 93048 » : un code de QPV commence par QN ou QP.",
        "Objet 4 : aucun code.",
        "Objet 5 : pas de polygone lisible.",
    ]


def test_nothing_readable_is_a_refusal(tmp_path):
    with pytest.raises(GeoFileError, match=r"^Aucun quartier lisible dans ce fichier\. Objet 1"):
        import_neighbourhoods(
            features(tmp_path, feature(square(2, 48, 1), code="93")), kind=QPV, source="x"
        )


def test_generations_of_qpv_are_never_mixed(tmp_path):
    old = feature(square(2.44, 48.86, 0.01), code_qp="QP093001", nom_qp="Ancien")
    new = feature(square(2.44, 48.86, 0.01), code_qp="QN09301X", lib_qp="Nouveau")
    with pytest.raises(GeoFileError, match="mêle les QPV de 2015"):
        import_neighbourhoods(features(tmp_path, old, new), kind=QPV, source="x", apply=True)
    import_neighbourhoods(features(tmp_path, old), kind=QPV, source="x", apply=True)
    with pytest.raises(GeoFileError, match=r"contient déjà les QPV de 2015 \(QP…\).*--replace"):
        import_neighbourhoods(features(tmp_path, new), kind=QPV, source="x", apply=True)
    assert [row.code for row in Neighbourhood.objects.all()] == ["QP093001"]
    report = import_neighbourhoods(
        features(tmp_path, new), kind=QPV, source="x", replace=True, apply=True
    )
    assert report.as_json() == counts(created=1, removed=1)
    assert [row.code for row in Neighbourhood.objects.all()] == ["QN09301X"]


def test_replacing_one_kind_leaves_the_others(tmp_path):
    local = feature(square(2.44, 48.86, 0.02), code="A", nom="Bas Montreuil")
    import_neighbourhoods(
        features(tmp_path, local), kind=Neighbourhood.Kind.LOCAL, source="x", apply=True
    )
    qpv = feature(square(2.44, 48.86, 0.01), code_qp="QN09301X")
    import_neighbourhoods(features(tmp_path, qpv), kind=QPV, source="x", replace=True, apply=True)
    assert set(Neighbourhood.objects.values_list("code", flat=True)) == {"A", "QN09301X"}
