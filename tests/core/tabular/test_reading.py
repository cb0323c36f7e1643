"""Files as they are kept: every usual kind gives the same table."""

import csv
import datetime as dt
import gzip
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.tabular.reading import TableError, open_table
from tests.core.tabular.old_excel import as_xls

ROWS = [["Nom", "SIRET", "Ville"], ["L'Éclat", "73282932000074", "Pantin"], ["Bois", "", "Bobigny"]]
DICTS = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]

MARCH = dt.datetime(2024, 3, 1)  # noqa: DTZ001  (a workbook knows no time zone)


def as_csv(rows, delimiter=";", encoding="utf-8", newline="\r\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows, **changes):
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate(rows, changes.get("first_row", 1)):
        for column, value in enumerate(row, changes.get("first_column", 1)):
            sheet.cell(number, column, value)
    for merged in changes.get("merged", ()):
        sheet.merge_cells(merged)
    for name in changes.get("sheets", ()):
        book.create_sheet(name)["A1"] = "autre"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(data, **options):
    return [row for _, row in open_table(data, **options).rows()]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"]
)
def test_text_of_any_encoding_and_delimiter(delimiter, encoding):
    table = open_table(as_csv(ROWS, delimiter, encoding))
    assert table.headers == ROWS[0]
    assert [row for _, row in table.rows()] == DICTS
    assert (table.format, table.delimiter, table.header_line) == ("csv", delimiter, 1)
    assert table.encoding == encoding
    assert table.warnings == []
    assert table.problems == []


def test_rows_can_be_read_twice_and_say_how_far_they_are(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv([["a", "b"], *[[str(n), "x"] for n in range(3000)]]))
    table = open_table(path)
    seen = [table.done for _ in table.rows()]
    assert seen == sorted(seen)
    assert 0 < seen[1500] < 1
    assert table.done == 1
    assert len(list(table.rows())) == 3000


def test_lines_count_as_an_editor_does_with_multi_line_cells():
    data = b'nom;note\r\n"A";"deux\r\nlignes"\r\n\r\nB;"a;b ""c"""\r\n'
    assert list(open_table(data).rows()) == [
        (2, {"nom": "A", "note": "deux\r\nlignes"}),
        (5, {"nom": "B", "note": 'a;b "c"'}),
    ]


def test_header_under_titles_with_an_empty_first_column():
    data = as_csv(
        [
            ["", "Liste des structures", "", ""],
            [],
            ["", "Nom", "Code\npostal", "Nom"],
            ["", "A", "93500", "B"],
        ]
    )
    table = open_table(data)
    assert table.headers == ["Nom", "Code postal", "Nom (2)"]
    assert table.header_line == 3
    assert table.warnings == ["L'en-tête a été trouvé à la ligne 3."]
    assert list(table.rows()) == [(5, {"Nom": "A", "Code postal": "93500", "Nom (2)": "B"})]


def test_unnamed_column_with_values_is_kept_or_told():
    kept = open_table(b"nom;;ville\nA;x;B\n")
    assert kept.headers == ["nom", "colonne 2", "ville"]
    late = as_csv([["nom", "", "ville"], *[["A", "", "B"]] * 200, ["A", "tard", "B"]])
    table = open_table(late)
    assert table.headers == ["nom", "ville"]
    assert len(list(table.rows())) == 201
    assert table.warnings == [
        "Une colonne sans nom contient des valeurs (ligne 202) : elle n'est pas lue."
    ]


def test_no_header_numbers_the_columns():
    table = open_table(b"73282932000074;12\n73282932000074;13\n")
    assert table.headers == ["colonne 1", "colonne 2"]
    assert table.warnings == [
        "Aucune ligne d'en-tête n'a été trouvée : les colonnes sont numérotées."
    ]
    assert len(list(table.rows())) == 2


def test_one_column_is_a_table_too():
    assert rows_of("nom\nÉpicerie, bar\nCrèche\n".encode()) == [
        {"nom": "Épicerie, bar"},
        {"nom": "Crèche"},
    ]


def test_decimal_commas_that_shift_columns_are_refused_row_by_row():
    table = open_table(b'nom,montant,ville\nA,"25 000,00",Pantin\nB,24 975,00,Pantin\n')
    assert [line for line, _ in table.rows()] == [2]
    assert [(p.line, p.code) for p in table.problems] == [(3, "colonnes-decalees")]
    assert table.problems[0].message == (
        "La ligne a 4 cellules pour 3 colonnes : elle est décalée "
        "(séparateur ou virgule décimale sans guillemets)."
    )


def test_a_row_much_too_short_is_refused():
    table = open_table(b"a;b;c;d;e;f\n1x;2;3;4;5;6\nx;y\nx;y;z\n")
    assert [line for line, _ in table.rows()] == [2, 4]
    assert [(p.line, p.code, p.message) for p in table.problems] == [
        (
            3,
            "ligne-incomplete",
            "La ligne n'a que 2 cellules pour 6 colonnes : elle est coupée ou mal délimitée.",
        )
    ]


def test_a_row_quoted_as_one_cell_gets_its_cells_back():
    data = b'nom,ville,note\n"A,Pantin,""dit """"B"""""""\n'
    assert rows_of(data) == [{"nom": "A", "ville": "Pantin", "note": 'dit "B"'}]


def test_bad_bytes_in_a_utf8_file_cost_their_lines_only():
    lines = ["nom;ville", *["Épicerie;Bobigny"] * 5]
    data = "\n".join(lines).encode() + b"\nCaf\xe9;Pantin\n"
    table = open_table(data)
    assert len(list(table.rows())) == 5
    assert table.encoding == "utf-8"
    assert [(p.line, p.code, p.message) for p in table.problems] == [
        (7, "encodage", "La ligne contient des caractères illisibles en utf-8.")
    ]
    assert "\ufdd0" not in table.problems[0].excerpt


def test_bytes_unknown_to_windows_1252_are_told():
    table = open_table(b"nom;ville\nCaf\xe9;Pantin\nB\x81;Pantin\n")
    assert [row["nom"] for _, row in table.rows()] == ["Café"]
    assert [(p.line, p.code) for p in table.take_problems()] == [(3, "encodage")]
    assert table.problems == []


def test_trailing_separators_left_by_a_spreadsheet():
    table = open_table(b"nom,ville,note;;\nA,Pantin,x;;\n")
    assert table.headers == ["nom", "ville", "note"]


def test_workbook_with_title_empty_column_merged_cells_dates_and_codes():
    data = as_xlsx(
        [
            ["Liste des agréments"],
            [],
            ["SIREN", "Nom", "Code\npostal", "Depuis", "Actif", "Taux"],
            [732829320, "A", 29600.0, MARCH, True, 0.5],
            [None, "B", 1000, MARCH.replace(hour=8, minute=30), False, 2.0],
        ],
        first_row=2,
        first_column=2,
        merged=["B2:G2", "B5:B6"],
    )
    table = open_table(data)
    assert table.format == "xlsx"
    assert table.headers == ["SIREN", "Nom", "Code postal", "Depuis", "Actif", "Taux"]
    assert list(table.rows()) == [
        (5, dict(zip(table.headers, ["732829320", "A", "29600", "2024-03-01", "vrai", "0.5"], strict=True))),
        (6, dict(zip(table.headers, ["732829320", "B", "1000", "2024-03-01 08:30:00", "faux", "2"], strict=True))),
    ]  # fmt: skip


def test_sheet_is_chosen_and_named():
    data = as_xlsx(ROWS, sheets=["Autre"])
    table = open_table(data)
    assert (table.sheet, table.sheets) == ("Sheet", ("Sheet", "Autre"))
    assert table.warnings == ["Ce classeur a 2 feuilles : seule « Sheet » est lue."]
    assert open_table(data, sheet="Autre").headers == ["autre"]
    with pytest.raises(TableError) as caught:
        open_table(data, sheet="Rien")
    assert (
        str(caught.value)
        == "Ce classeur n'a pas de feuille « Rien » ; il a : « Sheet », « Autre »."
    )


ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="F1">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def as_ods(rows, tail=""):
    xml = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(rows=xml + tail))
    return out.getvalue()


def test_ods_and_its_endless_empty_tail():
    tail = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    table = open_table(as_ods(ROWS, tail))
    assert table.format == "ods"
    assert [row for _, row in table.rows()] == DICTS


def test_json_shapes():
    plain = [{"nom": "A", "adresse": {"rue": "R", "point": [48.8, 2.3]}}, {"nom": "B", "n": 3.0}]
    expected = [
        {"nom": "A", "adresse.rue": "R", "adresse.point": "48.8, 2.3", "n": ""},
        {"nom": "B", "adresse.rue": "", "adresse.point": "", "n": "3"},
    ]
    assert rows_of(json.dumps(plain).encode()) == expected
    records = {
        "nhits": 2,
        "records": [{"recordid": str(n), "fields": item} for n, item in enumerate(plain)],
    }
    assert rows_of(json.dumps(records).encode("utf-8-sig")) == expected
    assert rows_of(json.dumps({"total": 2, "results": plain}, indent=1).encode()) == expected
    lines = "\n".join(json.dumps(item) for item in plain)
    table = open_table(lines.encode())
    assert table.format == "jsonl"
    assert [row for _, row in table.rows()] == expected


def test_geojson_points():
    features = [
        {"type": "Feature", "properties": {"nom": "A"}, "geometry": {"type": "Point", "coordinates": [2.3, 48.8]}},
        {"type": "Feature", "properties": {"nom": "B"}, "geometry": None},
        "pas une fiche",
    ]  # fmt: skip
    table = open_table(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert table.format == "geojson"
    assert [row for _, row in table.rows()] == [
        {"nom": "A", "longitude": "2.3", "latitude": "48.8"},
        {"nom": "B", "longitude": "", "latitude": ""},
    ]
    assert [(p.line, p.code) for p in table.problems] == [(3, "pas-une-fiche")]


def test_packed_single_file():
    inside = as_csv(ROWS)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dossier/table.csv", inside)
        archive.writestr("__MACOSX/._table.csv", b"x")
    assert rows_of(out.getvalue()) == DICTS
    assert rows_of(gzip.compress(inside)) == DICTS
    packed_book = io.BytesIO()
    with zipfile.ZipFile(packed_book, "w") as archive:
        archive.writestr("classeur.xlsx", as_xlsx(ROWS))
    assert rows_of(packed_book.getvalue()) == DICTS


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp", "Co"]),
    max_size=12,
).map(str.strip)


@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read(rows, delimiter, encoding, newline):
    data = as_csv([["nom", "ville", "note"], *rows], delimiter, encoding, newline)
    expected = [dict(zip(["nom", "ville", "note"], row, strict=True)) for row in rows if any(row)]
    assert rows_of(data) == expected


def test_old_excel_workbook():
    rows = [["Liste"], [], ["Nom", "SIREN", "Code postal"], ["Épicerie", 732829320, 29600.0]]
    table = open_table(as_xls(rows))
    assert table.format == "xls"
    assert list(table.rows()) == [
        (4, {"Nom": "Épicerie", "SIREN": "732829320", "Code postal": "29600"})
    ]
