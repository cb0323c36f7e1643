"""Files that are not what they say: each gets one sentence, quickly and in little memory."""

import contextlib
import csv
import functools
import gzip
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.tabular import sheet_grid
from maillage.core.tabular.reading import Limits, TableError, open_table
from tests.core.tabular.old_excel import as_xls
from tests.core.tabular.test_reading import ROWS, as_csv, as_ods, as_xlsx

CUT = "Ce fichier semble coupé : {}. Demandez-le ou téléchargez-le à nouveau."
BROKEN = "Ce classeur est abîmé ou coupé : il n'a pas pu être lu en entier."
BROKEN_ZIP = "Ce fichier compressé est abîmé ou coupé : il n'a pas pu être ouvert en entier."
READABLE = "Attendu : CSV, XLSX, XLS, ODS, GeoJSON ou JSON."
NUL = "Ce fichier contient des octets nuls : il est abîmé, ou ce n'est pas un tableau."


def packed(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def rewritten(book, member, old, new):
    """The workbook with one change in the XML of one of its members."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in members[member]
    members[member] = members[member].replace(old.encode(), new.encode())
    return packed(members)


def read_all(data, **options):
    for _ in open_table(data, **options).rows():
        pass


def sentence(data, **options):
    with pytest.raises(TableError) as caught:
        read_all(data, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


PAGE = b"<!DOCTYPE html>\n<html lang='fr'><head><title>Erreur 404</title></head><body>;;;</body></html>"
WIDE = as_csv([[f"c{n}" for n in range(1001)], ["x"] * 1001])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "Ce fichier est vide."),
        (b"\xef\xbb\xbf \r\n\r\n", "Ce fichier est vide."),
        (";;;\n;;\n".encode("utf-16"), "Ce fichier est vide."),
        (
            PAGE,
            "Ce fichier est une page web (HTML), pas un tableau : ouvrez-la et enregistrez le tableau en CSV ou en XLSX.",
        ),
        (b'<?xml version="1.0"?><a>1</a>', "Ce fichier est un document XML, pas un tableau."),
        (b"%PDF-1.7\n%\xe2\xe3", f"Ce fichier est un document PDF, pas un tableau. {READABLE}"),
        (b"\x89PNG\r\n\x1a\n\0\0", f"Ce fichier est une image, pas un tableau. {READABLE}"),
        (b"PAR1\x15\x04", f"Ce fichier est un fichier Parquet, pas un tableau. {READABLE}"),
        (b"nom;ville\nA\0;Pantin\n" * 3, NUL),
        (b"nom;ville\n" + b"A;Pantin\n" * 20_000 + b"\0", NUL),
        (
            bytes(range(1, 9)) * 400,
            "Ce fichier n'est pas un tableau : son contenu n'est pas du texte.",
        ),
        (
            b'nom;ville;note\nA;"Pantin;x\nB;Bobigny;y\n',
            CUT.format("un guillemet ouvert à la ligne 2 n'est jamais fermé"),
        ),
        (b"nom;ville;note\nA;Pantin;x\nB;Bob", CUT.format("la dernière ligne (3) est incomplète")),
        (WIDE, "Ce tableau a 1 001 colonnes ; 1 000 au plus sont acceptées."),
        (
            b"nom;ville\nA;" + b"x" * 140_000 + b"\n",
            "La ligne 2 n'est pas lisible : une cellule dépasse 131 072 caractères.",
        ),
        (
            b"nom;ville\nA;" + b"x" * 10_000_000,
            "La ligne 2 dépasse 2 000 000 caractères : ce fichier n'est pas un tableau lisible.",
        ),
        (as_xlsx(ROWS)[:-200], BROKEN_ZIP),
        (as_xlsx(ROWS)[: len(as_xlsx(ROWS)) // 2], BROKEN_ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 900, BROKEN),
        (gzip.compress(as_csv(ROWS) * 500)[:-30], BROKEN_ZIP),
        (packed({"word/document.xml": b"<w/>"}), f"Ce fichier est un document bureautique, pas un tableau. {READABLE}"),
        (
            packed({"a.csv": b"a;b", "b.csv": b"a;b"}),
            "Cette archive contient 2 fichiers : extrayez celui à lire et déposez-le seul.",
        ),
        (
            packed({"xl/workbook.bin": b"\1"}),
            "Ce classeur est au format XLSB : enregistrez-le au format XLSX ou CSV.",
        ),
        (packed({}), "Cette archive contient 0 fichiers : extrayez celui à lire et déposez-le seul."),
        (
            packed({"b.zip": packed({"a.csv": b"a;b"})}),
            "Cette archive en contient une autre : extrayez le tableau et déposez-le seul.",
        ),
        (packed({"a.csv": PAGE}), "Ce fichier est une page web (HTML), pas un tableau : ouvrez-la et enregistrez le tableau en CSV ou en XLSX."),
        (packed({"a.csv": b""}), "Ce fichier est vide."),
        (as_xlsx([]), "Ce classeur est vide."),
        (b'[{"nom": "A"}, {"nom": ', "Ce fichier JSON est abîmé ou coupé (ligne 1)."),
        (b'{"nom": "A"}\n{"nom": "B"\n', "Ce fichier JSON est abîmé ou coupé (ligne 2)."),
        (b'{"erreur": "interdit"}', "Ce fichier JSON ne contient pas de liste de fiches."),
        (b"[]", "Ce fichier JSON ne contient pas de liste de fiches."),
        (b"[" * 200_000, "Ce fichier JSON n'est pas lisible : il est trop profond ou abîmé."),
        (
            b'[{"nom": "Caf\x81"}]',
            "Ce fichier JSON contient des caractères illisibles : il doit être en UTF-8.",
        ),
    ],
)  # fmt: skip
def test_one_sentence(data, expected):
    assert sentence(data) == expected


def test_two_hundred_columns_work():
    table = open_table(as_csv([[f"c{n}" for n in range(200)], ["x"] * 200]))
    assert len(table.headers) == 200
    assert next(table.rows())[1]["c199"] == "x"


def test_missing_file(tmp_path):
    assert (
        sentence(tmp_path / "absent.csv") == "Le fichier absent.csv est introuvable ou illisible."
    )


def test_name_does_not_matter(tmp_path):
    path = tmp_path / "rapport.pdf"
    path.write_bytes(as_csv(ROWS))
    assert open_table(path).headers == ROWS[0]


def test_huge_cell_though_another_library_lifted_the_limit_of_the_process():
    data = b'nom;ville\nA;Pantin\nB;"' + b"x" * 70_000 + b"\n" + b"x" * 70_000 + b'"\n'
    before = csv.field_size_limit(1_000_000_000)
    try:
        sentence_ = sentence(data)
    finally:
        csv.field_size_limit(before)
    assert sentence_ == "La ligne 3 n'est pas lisible : une cellule dépasse 131 072 caractères."


def test_huge_cell_of_a_workbook():
    """Excel holds 32 767 characters a cell; other writers do not care."""
    sentence_ = sentence(as_ods([["a", "b"], ["x" * 140_000, "y"]]))
    assert sentence_ == "La ligne 2 n'est pas lisible : une cellule dépasse 131 072 caractères."


@pytest.mark.parametrize("kind", ["zip", "gz", "xlsx", "ods"])
def test_bombs_are_refused_before_they_expand(kind):
    unit, times = b"<x/>", 75_000_000
    data = {
        "zip": lambda: packed({"a.csv": unit * times}),
        "gz": lambda: gzip.compress(b"0;1\n" * times, 1),
        "xlsx": lambda: packed({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": unit * times}),
        "ods": lambda: packed({"mimetype": b"spreadsheet", "content.xml": unit * times}),
    }[kind]()
    started = time.monotonic()
    message = sentence(data)
    assert message == (
        "Ce fichier compressé dépasse 200 Mo une fois ouvert : il est refusé par sécurité."
    )
    assert time.monotonic() - started < 20


def test_bomb_whose_directory_lies():
    """The declared size is small: what is read past it is not trusted."""
    honest = packed({"a.csv": b"nom;ville\n" * 100_000})
    size = (1_000_000).to_bytes(4, "little")
    assert honest.count(size) == 2
    assert sentence(honest.replace(size, (500).to_bytes(4, "little"))) == BROKEN_ZIP


def test_two_cells_far_apart_do_not_fill_memory():
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "z"
    out = io.BytesIO()
    book.save(out)
    assert sentence(out.getvalue()) == (
        "Cette feuille s'étend sur 17 179 869 184 cases ; 4 000 000 au plus sont acceptées. "
        "Effacez les lignes et colonnes vides, ou enregistrez-la en CSV."
    )
    sheet = "xl/worksheets/sheet1.xml"
    single = rewritten(out.getvalue(), sheet, 'r="XFD1048576"', "r = 'xfd1048576'")
    assert "17 179 869 184 cases" in sentence(single)
    repeated = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'table:number-columns-repeated="1000"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    assert "s'étend sur 1 000 000 009 cases" in sentence(as_ods(ROWS, repeated))


def test_two_cells_far_apart_in_an_old_workbook():
    far = as_xls([["a"], *[[]] * 65_534, [""] * 255 + ["z"]])
    assert len(far) < 6_000
    assert "s'étend sur 16 777 216 cases" in sentence(far)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_damaged_old_workbooks(data):
    whole = bytearray(as_xls([["Nom", "SIREN"], ["A", 732829320]] * 40))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(TableError):
        read_all(bytes(whole))
    with contextlib.suppress(TableError):
        read_all(bytes(whole[: data.draw(st.integers(600, len(whole)))]))


@pytest.mark.parametrize(
    "disguise",
    ['<c x=">" r="', '<a-b:c r="', '<c x="y"r="', f'<c x="{"y" * 600}" r="'],
    ids=["end", "prefix", "glued", "long"],
)
def test_a_crafted_cell_does_not_hide_its_place(disguise):
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["CV100000"] = "z"
    out = io.BytesIO()
    book.save(out)
    sheet = "xl/worksheets/sheet1.xml"
    hidden = rewritten(out.getvalue(), sheet, '<c r="CV', f"{disguise}CV")
    assert "s'étend sur 10 000 000 cases" in sentence(hidden)


def test_a_sheet_under_another_name_is_measured_too():
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "z"
    out = io.BytesIO()
    book.save(out)
    renamed = rewritten(out.getvalue(), "xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet1.bin")
    with zipfile.ZipFile(io.BytesIO(renamed)) as archive:
        members = {
            name.replace("sheet1.xml", "sheet1.bin"): archive.read(name)
            for name in archive.namelist()
        }
    assert "17 179 869 184 cases" in sentence(packed(members))


def test_a_crafted_repetition_is_counted():
    repeated = (
        '<table:table-row x=">" table:number-rows-repeated="1000000"><table:table-cell y=\'>\' '
        'table:number-columns-repeated="1000"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    assert "s'étend sur 1 000 000 009 cases" in sentence(as_ods(ROWS, repeated))


def test_a_reader_that_dies_takes_only_its_child(monkeypatch):
    monkeypatch.setattr(sheet_grid, "_TRIAL", "import os; os.abort()")
    assert sentence(as_xls([["Nom", "Ville"], ["A", "Pantin"]])) == BROKEN
    assert sentence(as_xlsx(ROWS)) == BROKEN


def test_password():
    data = bytearray(packed({"a.csv": b"a;b\n"}))
    data[6] |= 1
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    assert sentence(bytes(data)) == (
        "Ce fichier est protégé par un mot de passe : enregistrez-le sans protection."
    )


def test_external_entities_are_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe")
    rows = as_ods([["nom", "note"], ["A", "&xxe;"]])
    with zipfile.ZipFile(io.BytesIO(rows)) as archive:
        content = archive.read("content.xml").decode()
    attack = content.replace(
        '<?xml version="1.0"?>',
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY xxe SYSTEM "file://{secret}">]>',
    )
    data = packed(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": attack}
    )
    try:
        table = open_table(data)
        found = json.dumps([row for _, row in table.rows()])
    except TableError as error:
        found = str(error)
    assert "mot de passe" not in found


def test_big_json_is_refused_with_a_way_out():
    assert sentence(b'[{"a": "' + b"x" * 3000 + b'"}]', limits=Limits(json=2_000_000 // 1000)) == (
        "Ce fichier JSON dépasse 1 Mo : enregistrez-le en CSV, ou avec un objet par ligne."
    )


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(data):
    with contextlib.suppress(TableError):
        read_all(data)


@functools.cache
def _workbook(write):
    """Written once: a workbook carries its date, and the same examples must give the same bytes."""
    return write(ROWS)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_damaged_workbooks(data):
    whole = bytearray(_workbook(data.draw(st.sampled_from([as_ods, as_xlsx]))))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(TableError):
        read_all(bytes(whole))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's own measure")
def test_a_large_file_is_streamed(tmp_path):
    """200 MB of CSV in less than 150 MB of memory, the interpreter included."""
    path = tmp_path / "grand.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("nom;siret;note\n")
        line = f"Épicerie;73282932000074;{'x' * 170}\n"
        for _ in range(1000):
            file.write(line * 1000)
    program = (
        "import sys\nfrom pathlib import Path\nfrom maillage.core.tabular.reading import open_table\n"
        "print(sum(1 for _ in open_table(sys.argv[1]).rows()))\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    count, peak = map(int, done.stdout.split())
    assert count == 1_000_000
    assert peak < 150_000
