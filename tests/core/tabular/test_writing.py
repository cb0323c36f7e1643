"""Exports: what is written reads back, no formula gets through, same rows same bytes."""

import csv
import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.tabular import cells, writing
from maillage.core.tabular.reading import open_table
from maillage.core.tabular.writing import Column, csv_chunks, geojson_chunks, xlsx_file

COLUMNS = [
    Column("name", "Nom", 40),
    Column("day", "Créée le"),
    Column("tags", "Labels"),
    Column("n", "Nombre"),
]
ROWS = [
    {"name": "L'Éclat ; « bar »", "day": dt.date(2024, 3, 1), "tags": ["ESUS", "SCIC"], "n": -3, "lon": 2.4123456, "lat": 48.9, "id": 7},
    {"name": "Deux\nlignes", "day": None, "tags": [], "n": Decimal("12.50"), "lon": None, "lat": None},
    {"name": "Ok", "day": dt.datetime(2024, 3, 1, 8, 30, tzinfo=dt.UTC), "tags": {"b", "a"}, "n": True},
]  # fmt: skip

FORMULAS = [
    "=1+1", '=HYPERLINK("http://x";"clic")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    " =1+1", "＝1+1", "=cmd|' /C calc'!A0", "'=1", "{=1}", "http://exemple.fr", "mailto:a@b.fr",
]  # fmt: skip


def csv_bytes(rows, columns=COLUMNS):
    return b"".join(csv_chunks(rows, columns))


def xlsx_bytes(rows, columns=COLUMNS):
    with xlsx_file(rows, columns, title="Annuaire") as file:
        return file.read()


def test_csv_opens_in_a_french_spreadsheet():
    data = csv_bytes(ROWS)
    assert data.startswith("\ufeffNom;Créée le;Labels;Nombre\r\n".encode())
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))[
        1:
    ] == [
        ["L'Éclat ; « bar »", "2024-03-01", "ESUS, SCIC", "-3"],
        ["Deux\nlignes", "", "", "12.50"],
        ["Ok", "2024-03-01 08:30:00+00:00", "a, b", "oui"],
    ]


def test_workbook_has_a_frozen_header_widths_and_true_days():
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(ROWS)))
    sheet = book["Annuaire"]
    assert sheet.freeze_panes == "A2"
    assert round(sheet.column_dimensions["A"].width) == 41
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Nom", "Créée le", "Labels", "Nombre"],
        ["L'Éclat ; « bar »", dt.datetime(2024, 3, 1), "ESUS, SCIC", -3],  # noqa: DTZ001
        ["Deux\nlignes", None, None, 12.5],
        ["Ok", "2024-03-01 08:30:00+00:00", "a, b", "oui"],
    ]


def test_geojson_is_rfc_7946():
    data = b"".join(geojson_chunks(ROWS, COLUMNS, members={"licence": "L'« ouverte »"}))
    assert json.loads(data) == {
        "type": "FeatureCollection",
        "licence": "L'« ouverte »",
        "bbox": [2.41235, 48.9, 2.41235, 48.9],
        "features": [
            {
                "type": "Feature",
                "id": 7,
                "geometry": {"type": "Point", "coordinates": [2.41235, 48.9]},
                "properties": {"name": "L'Éclat ; « bar »", "day": "2024-03-01", "tags": ["ESUS", "SCIC"], "n": -3},
            },
            {
                "type": "Feature",
                "geometry": None,
                "properties": {"name": "Deux\nlignes", "day": None, "tags": [], "n": 12.5},
            },
            {
                "type": "Feature",
                "geometry": None,
                "properties": {"name": "Ok", "day": "2024-03-01T08:30:00+00:00", "tags": ["a", "b"], "n": True},
            },
        ],
    }  # fmt: skip
    empty = json.loads(b"".join(geojson_chunks([], COLUMNS)))
    assert empty == {"type": "FeatureCollection", "features": []}


def test_no_formula_gets_through():
    rows = [{"name": formula} for formula in FORMULAS]
    written = csv.reader(
        io.StringIO(csv_bytes(rows).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    for row, formula in zip(list(written)[1:], FORMULAS, strict=True):
        assert row[0].removeprefix("'") == formula.removeprefix("'")
        assert not row[0].lstrip().startswith(("=", "+", "-", "@", "＝"))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(rows)))
    found = [cell for row in book["Annuaire"].iter_rows(min_row=2, max_col=1) for cell in row]
    assert {cell.data_type for cell in found} == {"s"}
    assert [cell.hyperlink for cell in found] == [None] * len(found)


def test_numbers_are_not_taken_for_formulas():
    data = csv_bytes([{"n": -3.5}, {"n": float("nan")}, {"n": float("inf")}], [Column("n", "N")])
    assert data.decode("utf-8-sig") == 'N\r\n-3.5\r\n""\r\n""\r\n'


def test_protected_text_reads_back():
    table = open_table(csv_bytes([{"name": "+33123456789", "n": 1}]))
    row = next(table.rows())[1]
    assert row["Nom"] == "'+33123456789"
    assert cells.phone(row["Nom"]) == "+33123456789"


def test_same_rows_same_bytes():
    for write in (csv_bytes, xlsx_bytes):
        assert write(ROWS) == write(ROWS)
    dates = {info.date_time for info in zipfile.ZipFile(io.BytesIO(xlsx_bytes(ROWS))).infolist()}
    assert dates == {(1980, 1, 31, 0, 0, 0)}
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(ROWS))) as archive:
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")
        assert str(dt.datetime.now(tz=dt.UTC).year).encode() not in archive.read(
            "docProps/core.xml"
        )


def test_rows_are_streamed():
    taken = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield {"name": "x" * 10, "n": number}

    for chunks in (csv_chunks(rows(), COLUMNS), geojson_chunks(rows(), COLUMNS)):
        taken.clear()
        next(chunks)
        assert len(taken) <= 201


def test_too_long_for_a_workbook(monkeypatch):
    monkeypatch.setattr(writing, "_EXCEL_ROWS", 3)
    with pytest.raises(writing.TableError, match="choisissez le CSV"):
        xlsx_bytes(ROWS)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([{"name": "x" * 40_000}])))
    assert len(book.active["A2"].value) == 32_767


def test_sheet_name_is_acceptable():
    with xlsx_file([], COLUMNS, title="Annuaire [Est/Ensemble] : toutes les structures") as file:
        assert openpyxl.load_workbook(file).sheetnames == ["Annuaire  Est Ensemble    toute"]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_any_text_reads_back(pairs):
    columns = [Column("a", "Nom"), Column("b", "Note")]
    rows = [{"a": a, "b": b} for a, b in pairs]
    kept = [(a, b) for a, b in pairs if a.strip() or b.strip()]
    for data in (csv_bytes(rows, columns), xlsx_bytes(rows, columns)):
        table = open_table(data)
        found = [(cells.text(row["Nom"]), cells.text(row["Note"])) for _, row in table.rows()]
        assert found == [(cells.text(a), cells.text(b)) for a, b in kept]
