"""A map without tiles: outlines, shades, dots, and the same in a table."""

from xml.etree import ElementTree as ET

import pytest

from maillage.core.charts import Area, AreaMap, standalone, svg

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 49], [2, 48]]]}
TWO = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[3, 48], [4, 48], [4, 49], [3, 49], [3, 48]]],
        [[[4, 48], [4.001, 48], [4, 48.001], [4, 48]]],
    ],
}


def parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314  (ours)


def a_map(**changes: object) -> AreaMap:
    areas = (Area("<Pantin>", SQUARE, "12 & 3", tone=4), Area("Bobigny", TWO, "", tone=None))
    usual = {"legend": ("peu", "assez", "moyen", "beaucoup", "énormément")}
    return AreaMap(
        **({"title": "Où & quoi", "summary": "À l'est.", "areas": areas} | usual | changes)
    )


def test_areas_are_drawn_named_and_shaded() -> None:
    root = parsed(standalone(a_map()))
    assert (root.get("role"), root.findtext(f"{SVG}title")) == ("img", "Où & quoi")
    assert root.findtext(f"{SVG}desc") == "À l'est."
    fills = [path.get("fill") for path in root.iter(f"{SVG}path")]
    assert fills == ["#0f4b54", "#f3ede1"]
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words[:3] == ["<Pantin>", "12 & 3", "Bobigny"]
    assert words[3:] == ["peu", "assez", "moyen", "beaucoup", "énormément", "non connu ou masqué"]


def test_everything_stays_inside_whatever_the_shape() -> None:
    root = parsed(standalone(a_map(dots=((2.5, 48.5), (4, 49)), dots_label="une")))
    width, height = float(root.get("width")), float(root.get("height"))
    circles = [(float(one.get("cx")), float(one.get("cy"))) for one in root.iter(f"{SVG}circle")]
    assert len(circles) == 3
    assert all(0 <= x <= width and 0 <= y <= height for x, y in circles)
    for path in root.iter(f"{SVG}path"):
        points = path.get("d").replace("M", "L").replace("Z", "").split("L")[1:]
        assert all(0 <= float(n) <= max(width, height) for p in points for n in p.split())


def test_east_is_right_north_is_up_and_degrees_are_as_long_as_on_the_ground() -> None:
    root = parsed(standalone(a_map(areas=(Area("", SQUARE),), dots=((2, 49), (3, 48)))))
    (west, north), (east, south) = [
        (float(one.get("cx")), float(one.get("cy"))) for one in root.iter(f"{SVG}circle")
    ]
    assert west < east
    assert north < south
    assert (east - west) / (south - north) == pytest.approx(0.6626, abs=0.001)  # cos 48.5°


def test_a_page_needs_no_inline_style_and_the_same_file_is_no_wider_than_its_box() -> None:
    page = svg(a_map())
    assert 'class="chart-map"' in page
    assert "style=" not in page
    assert parsed(page).get("width") is None


def test_the_table_says_the_same() -> None:
    table = a_map(head=("Commune", "Offre")).table()
    assert table.head == ("Commune", "Offre")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["<Pantin>", "12 & 3"],
        ["Bobigny", ""],
    ]


@pytest.mark.parametrize(
    "areas", [(), (Area("Sans contour", None),), (Area("Point", {"type": "Point"}),)]
)
def test_without_outline_there_is_still_a_title(areas) -> None:
    root = parsed(standalone(a_map(areas=areas, legend=())))
    assert root.findtext(f"{SVG}title") == "Où & quoi"
    assert not list(root.iter(f"{SVG}path"))


def test_a_narrow_area_keeps_its_name_for_the_table() -> None:
    thin = {"type": "Polygon", "coordinates": [[[2, 48], [2.001, 48], [2.001, 49], [2, 48]]]}
    root = parsed(
        standalone(a_map(areas=(Area("Un très long nom de commune", thin), Area("B", SQUARE))))
    )
    assert next(text.text for text in root.iter(f"{SVG}text")) == "B"
