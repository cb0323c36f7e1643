"""Files that can't be read as Sirene: one sentence each, and nothing said to the directory."""

import os
import zipfile
from unittest.mock import patch

import pytest

from maillage.sources.connectors.base import ReadContext, SourceError, SourceRecord
from maillage.sources.connectors.sirene import SireneConnector, inputs
from tests.sources.sirene_files import PLACE_COLUMNS, place, places_file, unit, units_file, write

pytestmark = pytest.mark.django_db


def refusal(units, places):
    """The sentence; fails if a record came before it."""
    context = ReadContext(frozenset({"75120"}), {"units": units, "establishments": places})
    seen = []
    with pytest.raises(SourceError) as error:
        seen.extend(SireneConnector().read(context))
    assert not any(isinstance(item, SourceRecord) for item in seen)
    return str(error.value)


@pytest.fixture
def units(tmp_path):
    return units_file(tmp_path, [unit()])


@pytest.fixture
def many_places(tmp_path):
    return places_file(tmp_path, [place(f"9000000010{n:04d}") for n in range(400)])


@pytest.fixture
def places(tmp_path):
    return places_file(tmp_path, [place()])


def test_both_files_swapped(units, places):
    assert refusal(places, units) == (
        "Les deux fichiers semblent inversés : « StockUniteLegale_utf8.csv » contient des unités "
        "légales et non des établissements. Donnez-le à l'option --units."
    )


def test_the_same_file_twice(units, places):
    assert refusal(places, places).startswith(
        "Les deux fichiers semblent inversés : « StockEtablissement_utf8.csv » contient des établissements"
    )


def test_a_missing_column_is_named(tmp_path, units):
    places = places_file(tmp_path, [place()], without=["codeCommuneEtablissement"])
    assert refusal(units, places) == (
        "Il manque la colonne « codeCommuneEtablissement » dans « StockEtablissement_utf8.csv » : ce "
        "n'est pas le fichier Sirene des établissements."
    )


def test_two_files_that_do_not_join(tmp_path, units):
    places = places_file(tmp_path, [place(f"90000{n:04d}00011") for n in range(100, 130)])
    assert refusal(units, places) == (
        "Les deux fichiers ne vont pas ensemble : sur les 30 SIREN des établissements du territoire, "
        "aucun n'a son unité légale dans « StockUniteLegale_utf8.csv ». Prenez les deux fichiers "
        "Sirene du même mois."
    )
    places = places_file(tmp_path, [place(f"90000{n:04d}00011") for n in range(1, 31)])
    assert "sur les 30 SIREN" in refusal(units, places)
    assert "1 seulement ont leur unité légale" in refusal(units, places)


def test_a_missing_file(units, tmp_path):
    gone = tmp_path / "parti.csv"
    assert refusal(units, gone) == "Le fichier « parti.csv » est introuvable ou illisible."
    with pytest.raises(SourceError, match="--establishments"):
        list(SireneConnector().read(ReadContext(frozenset(), {"units": units})))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "est vide"),
        (b"\xef\xbb\xbf\r\n\r\n", "est vide"),
        (b"\x00" * 4096, "est vide"),
        (b"<!DOCTYPE html><html><body>404</body></html>\n", "est une page web"),
        (b"\n  <html lang='fr'>\n<p>non</p>", "est une page web"),
        ("siren,siret\n1,2\n".encode("utf-16"), "est en UTF-16"),
        (b"siren,siret\n1,\x00\x00\n", "est en UTF-16 ou contient des caractères nuls"),
        (b"siren,siret\n" + b"1,2\n" * 200 + b"1,\x00\n", "contient des caractères nuls"),
        ("siren,dénomination\n1,2\n".encode("cp1252"), "n'est pas un CSV en UTF-8"),
        (b"bonjour\nmonde\n", "n'a pas l'en-tête d'un fichier Sirene"),
        (b"a,,b\n1,2,3\n", "n'a pas l'en-tête d'un fichier Sirene"),
        (b"siren,si\rret\n1,2\n", "L'en-tête du fichier « mauvais.csv » est abîmé"),
        (b"siret,siret\n1,2\n", "n'a pas l'en-tête d'un fichier Sirene"),
        (b"a,b,c\n1,2,3\n", "Il manque la colonne « siret »"),
        (",".join(PLACE_COLUMNS).encode() + b"\n", "n'a qu'un en-tête"),
        (b"PAR1 coupe", "est incomplet"),
        (b"PAR1 faux PAR1", "Parquet « mauvais.csv » est illisible"),
        (b"\x1f\x8b\x08 faux", "Le fichier compressé « mauvais.csv » est abîmé"),
        (b"PK\x03\x04 coupe", "L'archive « mauvais.csv » est abîmée ou incomplète"),
        (b"%PDF-1.7 \xff\xfe\xff", "n'est pas un CSV en UTF-8"),
    ],
)
def test_what_is_not_a_sirene_file(tmp_path, units, content, sentence):
    bad = tmp_path / "mauvais.csv"
    bad.write_bytes(content)
    assert sentence in refusal(units, bad)


def test_a_file_cut_in_half(units, many_places):
    content = many_places.read_bytes()
    many_places.write_bytes(content[: len(content) // 2])
    sentence = refusal(units, many_places)
    assert sentence.startswith(
        "Le fichier « StockEtablissement_utf8.csv » est abîmé ou coupé (ligne "
    )
    assert sentence.endswith("une ligne n'a pas toutes ses colonnes. Retéléchargez-le.")


def test_bytes_of_windows_in_the_middle(units, many_places):
    content = many_places.read_bytes().replace(b"EXEMPLE", b"EX\xc9MPLE")
    many_places.write_bytes(content)
    assert "n'est pas en UTF-8, comme l'est Sirene" in refusal(units, many_places)


def test_a_unit_file_cut_in_half(tmp_path, places):
    units = units_file(tmp_path, [unit()] * 300)
    content = units.read_bytes()
    units.write_bytes(content[: len(content) // 2])
    assert refusal(units, places).startswith("Le fichier « StockUniteLegale_utf8.csv » est abîmé")


def _archive(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return path


def test_archives_that_are_not_one_csv(tmp_path, units):
    empty = _archive(tmp_path / "vide.zip", {"lisezmoi.md": "rien"})
    assert refusal(units, empty).endswith("un seul fichier CSV ; elle en contient 0.")
    two = _archive(tmp_path / "deux.zip", {"a.csv": "x", "b.csv": "y"})
    assert refusal(units, two).endswith("un seul fichier CSV ; elle en contient 2.")


def test_a_zip_bomb_is_not_opened(tmp_path, units, settings):
    bomb = _archive(tmp_path / "bombe.zip", {"stock.csv": b"0" * 30_000_000})
    assert bomb.stat().st_size < 100_000
    assert "gonfle de façon anormale" in refusal(units, bomb)


def test_an_archive_that_lies_about_its_size(tmp_path, units, monkeypatch):
    content = os.urandom(200_000)
    liar = _archive(tmp_path / "menteur.zip", {"stock.csv": content})
    raw = bytearray(liar.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    liar.write_bytes(raw)
    sentence = refusal(units, liar)
    assert "est abîmée ou incomplète" in sentence or "ment sur sa taille" in sentence


def test_a_disk_too_small_for_the_archive(tmp_path, units, places):
    packed = _archive(tmp_path / "gros.zip", {"stock.csv": places.read_bytes()})
    with patch.object(inputs.shutil, "disk_usage") as usage:
        usage.return_value.free = 100_000_000
        assert "le disque n'a que 0.1 Go libres" in refusal(units, packed)


def test_a_damaged_archive(tmp_path, units, many_places):
    packed = _archive(tmp_path / "abime.zip", {"stock.csv": many_places.read_bytes()})
    raw = bytearray(packed.read_bytes())
    middle = len(raw) // 3
    raw[middle : middle + 40] = b"\xff" * 40
    packed.write_bytes(raw)
    assert "abîmé" in refusal(units, packed)


def test_nothing_is_left_behind(tmp_path, units, settings, places):
    settings.VAR_DIR = tmp_path / "var"
    packed = _archive(tmp_path / "stock.zip", {"stock.csv": places.read_bytes()})
    context = ReadContext(frozenset({"75120"}), {"units": units, "establishments": packed})
    assert len([i for i in SireneConnector().read(context) if isinstance(i, SourceRecord)]) == 1
    assert list((tmp_path / "var").iterdir()) == []
    half_read = SireneConnector().read(context)
    next(half_read)
    half_read.close()
    assert list((tmp_path / "var").iterdir()) == []


def test_what_a_killed_reading_left_is_swept_away_after_a_day(tmp_path, units, places, settings):
    settings.VAR_DIR = tmp_path / "var"
    old, recent = settings.VAR_DIR / "sirene-old", settings.VAR_DIR / "sirene-recent"
    for folder in (old, recent):
        folder.mkdir(parents=True)
        (folder / "stock.csv").write_text("siren")
    os.utime(old, (0, 0))
    list(
        SireneConnector().read(
            ReadContext(frozenset({"75120"}), {"units": units, "establishments": places})
        )
    )
    assert [left.name for left in settings.VAR_DIR.iterdir()] == ["sirene-recent"]


def test_null_characters_far_in_the_file(units, many_places):
    head, _, tail = many_places.read_bytes().rpartition(b"DE L EXEMPLE")
    assert len(head) > inputs.HEAD
    many_places.write_bytes(head + b"DE \x00 EXEMPLE" + tail)
    assert (
        refusal_late(units, many_places)
        == "Le fichier contient des caractères nuls : il est abîmé."
    )


def refusal_late(units, places):
    """The sentence of a flaw found while reading rows: `plan_run` throws away what came before."""
    context = ReadContext(frozenset({"75120"}), {"units": units, "establishments": places})
    with pytest.raises(SourceError) as error:
        list(SireneConnector().read(context))
    return str(error.value)


def test_columns_shifted_by_a_spreadsheet(tmp_path, units):
    places = write(tmp_path / "decale.csv", PLACE_COLUMNS, [place()])
    places.write_text(places.read_text() + "1,2,3\n")
    assert "une ligne n'a pas toutes ses colonnes" in refusal(units, places)
