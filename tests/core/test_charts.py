"""Charts drawn by the server: sound markup, no inline style, everything said in the table too."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.charts import (
    Bar,
    Bars,
    Cell,
    Chart,
    Lines,
    Series,
    SmallMultiples,
    number,
    standalone,
    svg,
)

pytestmark = pytest.mark.one_engine
BARS = {"#0f5a66", "#4a8a93"}  # a count, an estimate
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own drawing


def bars(**more: object) -> Bars:
    fields = {
        "title": "Structures par famille",
        "summary": "Les associations sont les plus nombreuses.",
        "bars": [
            Bar(label="Associations", value=40, href="/liste"),
            Bar(label="Coopératives", value=10, low=5, high=20),
            Bar(label="Mutuelles", value=None),
            Bar(label="Fondations", value=0),
        ],
    } | more
    return Bars(**fields)


def lines(**more: object) -> Lines:
    fields = {
        "title": "Emplois",
        "summary": "Ils montent.",
        "ticks": ("2021", "2022", "2023", "2024"),
        "series": (
            Series("Paris", (10, 20, None, 40)),
            Series("Pantin", (None, 5, 5, 5)),
        ),
    } | more
    return Lines(**fields)


CHARTS: list[Chart] = [
    bars(),
    bars(reference=25, reference_label="Moyenne"),
    bars(bars=[]),
    lines(),
    lines(ticks=("2021",), series=(Series("", (3,)),)),
    lines(ticks=(), series=()),
    SmallMultiples(title="Deux lieux", summary="Côte à côte.", panels=[bars(), bars()]),
    SmallMultiples(title="Trois lignes", summary="", panels=[lines(), lines(), lines()]),
    SmallMultiples(title="Rien", summary="", panels=[]),
]


@pytest.mark.parametrize("chart", CHARTS)
def test_both_drawings_are_well_formed_and_named(chart: Chart) -> None:
    page = str(svg(chart))
    document = standalone(chart)
    for text in (page, document):
        root = parsed(text)
        images = [node for node in root.iter(f"{SVG}svg") if node.get("role") == "img"]
        assert all(node.find(f"{SVG}title").text for node in images)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script|<style|nan|inf", text)
    assert "class=" not in document
    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="640"', document)


def test_a_bar_is_as_long_as_its_value() -> None:
    root = parsed(standalone(bars(), width=1000))
    found = [float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("fill") in BARS]
    assert found == [1000, 250]
    fluid = re.findall(
        r'width="([\d.]+)%" height="14" rx="3" class="chart-bar(?:-soft)?"', svg(bars())
    )
    assert fluid == ["100.00", "25.00"]


def test_the_table_says_what_the_drawing_says() -> None:
    table = bars(reference=25, reference_label="Moyenne").table()
    assert table.head == ("Modalité", "Nombre")
    assert [tuple(cell.text for cell in row) for row in table.rows] == [
        ("Associations", "40"),
        ("Coopératives", "10 (5 à 20)"),
        ("Mutuelles", "secret"),
        ("Fondations", "0"),
        ("Moyenne", "25"),
    ]
    assert table.rows[0][0] == Cell("Associations", "/liste")


def test_an_unknown_value_breaks_the_line() -> None:
    drawn = standalone(lines(), width=100)
    root = parsed(drawn)
    assert len(list(root.iter(f"{SVG}circle"))) == 6
    # Paris 2021-2022 and Pantin 2022-2024; the point of 2024 stands alone.
    assert [len(one.get("points").split()) for one in root.iter(f"{SVG}polyline")] == [2, 3]
    assert [tuple(cell.text for cell in row) for row in lines().table().rows][2] == (
        "2023",
        "–",
        "5",
    )


def test_small_multiples_share_one_scale() -> None:
    small = bars(bars=[Bar(label="a", value=20)])
    chart = SmallMultiples(title="t", summary="s", panels=[bars(), small])
    shares = re.findall(
        r'width="([\d.]+)%" height="14" rx="3" class="chart-bar(?:-soft)?"', svg(chart)
    )
    assert shares == ["100.00", "25.00", "50.00"]
    assert [row[0].text for row in chart.table().rows] == ["Structures par famille"] * 5


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="one value for each tick"):
        lines(series=(Series("x", (1,)),))


@given(st.text(max_size=60))
def test_no_text_gets_out_of_its_element(text: str) -> None:
    words = "".join(c for c in text if c.isprintable())
    chart = bars(title=words, bars=[Bar(label=f"<b>{words}", value=1, text=f'"{words}&')])
    for drawn in (str(svg(chart)), standalone(chart)):
        root = parsed(drawn)
        assert root.find(f"{SVG}title").text == (words or None)
        assert not list(root.iter(f"{SVG}b"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (33200, "33\u202f200"),
        (7.1, "7,1"),
        (12.34, "12,3"),
        (0.5, "0,5"),
        (1234.6, "1\u202f235"),
    ],
)
def test_numbers_are_written_as_in_french(value: float, words: str) -> None:
    assert number(value) == words


@pytest.mark.django_db
def test_the_component_shows_drawing_sentence_and_table(client: Client) -> None:
    html = client.get("/charte/").content.decode()
    assert html.count('class="chart-image"') == 2
    assert "une valeur est tenue secrète." in html
    assert '<th scope="row">Mutuelles</th><td class="number">secret</td>' in html
    assert '<th scope="row">2024</th><td class="number">–</td>' in html
