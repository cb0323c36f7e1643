"""Tagged, in French, the same everywhere; text is never markup, nothing of the machine can be read."""

import json
from datetime import UTC, datetime

import pytest

from maillage.core.pdf import making, signs
from maillage.core.pdf.engine import EngineError, draw
from maillage.core.pdf.making import PdfError, make, pictures
from tests.pdf_checks import read, text_of

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
TEMPLATE = b"""#import "/house.typ": *
#let data = json("/data.json")
#show: house.with(data)
#cover(title: data.title, subtitle: data.words, lines: (data.words,))
#masthead(title: data.title, over: "fiche", subtitle: data.words)
#prose(data.words)
== #data.words
#tiles(((value: "12", label: data.words, note: data.words),))
#data-table(caption: data.words, head: ("Commune", "Nombre"), rows: ((data.words, 2),), numeric: (1,))
#picture("a.svg", alt: data.words, caption: data.words)
#framed(note(data.words))
"""
MARKUP = '<a&b> #panic("x") $x$ \\ *gras* _x_ = titre @ref `code` // rien [x] #read("/etc/passwd")'


@pytest.fixture(autouse=True)
def _template(monkeypatch):
    monkeypatch.setattr(making, "_source", lambda name: TEMPLATE)


def made(words: str = "Où l'on répare", **more: object) -> bytes:
    told = {"title": "Fiche de Pantin", "words": words, "author": "Est Ensemble"} | more
    return make("core/x.typ", told, at=AT, images={"a.svg": DRAWING})


def test_a_document_is_tagged_titled_and_in_french() -> None:
    found = read(made())
    assert found.faults == []
    assert (found.title, found.author, found.language) == (
        "Fiche de Pantin",
        "Est Ensemble",
        "fr-FR",
    )
    assert found.alternatives == ["Où l'on répare"]
    assert (found.pages, found.tags["Table"], found.tags["TH"], found.tags["H2"]) == (2, 1, 2, 1)


def test_the_same_data_gives_the_same_bytes() -> None:
    assert made() == made()


def test_what_was_typed_is_printed_as_typed() -> None:
    found = read(made(MARKUP))
    assert found.faults == []
    assert text_of(made(MARKUP)).count(" ".join(MARKUP.split())) >= 5
    assert "root:" not in text_of(made(MARKUP))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Café 🎉 des amis", "Café des amis"),
        ("喜 Association", "□ Association"),
        ("a\x00b\u202ec\ufeffd\u200de", "abcde"),
        ("\ud83d Moitié".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "� Moitié"),
        ("Łódź, Đà, Ñandú", "Łódź, Đà, Ñandú"),
        ("e\u0301cole", "école"),
        ("tab\tlation", "tab lation"),
        ("33\u202f200", "33 200"),
    ],
)
def test_a_sign_that_no_font_draws_stops_nothing(typed: str, printed: str) -> None:
    content = made(typed)
    assert read(content).faults == []
    # Letters of another font begin another run, read apart: spaces don't count here.
    assert printed.replace(" ", "") in text_of(content).replace(" ", "")


@pytest.mark.parametrize("words", ["مرحبا بالعالم", "שלום עולם", "Ελλάδα", "Жизнь", "z̶a̶l̶g̶o̶"])
def test_other_scripts_hold(words: str) -> None:
    assert read(made(words)).faults == []


def test_a_half_character_from_json_is_dropped() -> None:
    assert read(made(json.loads('"a\\ud83db"'))).faults == []


def test_fonts_are_inside_and_never_the_machine_s() -> None:
    names = {name.partition("+")[2] for name in read(made()).fonts}
    assert names
    assert not {name for name in names if name.startswith(("/Liberation", "/DejaVuSans-"))}


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../etc/passwd")',
        '#image("/etc/hostname", alt: "x")',
        '#read("making.py")',
        '#import "@preview/cetz:0.3.0"',
    ],
)
def test_a_document_reads_nothing_of_the_machine(source: str) -> None:
    with pytest.raises(EngineError):
        draw({"main.typ": b'#set document(title: "x")\n' + source.encode()}, "pdf", AT)


def test_a_drawing_reads_nothing_of_the_machine() -> None:
    """The engine may draw it without what it points to, or refuse it: never with a file of the machine."""
    stranger = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" '
        b'height="9"><image xlink:href="/etc/hostname" width="9" height="9"/></svg>'
    )
    try:
        content = make(
            "core/x.typ", {"title": "x", "words": "y"}, at=AT, images={"a.svg": stranger}
        )
    except PdfError as error:
        assert "hostname" in str(error)  # noqa: PT017
    else:
        assert read(content).faults == []


def test_a_document_without_title_or_alternative_is_refused() -> None:
    with pytest.raises(PdfError):
        made(title="")
    with pytest.raises(PdfError):
        made("")  # the picture's alternative


@pytest.mark.parametrize("name", ["x.typ", "../core/house.typ", "core/../x.typ", "core/absent.typ"])
def test_only_a_template_of_a_room_is_set(name: str, monkeypatch) -> None:
    monkeypatch.undo()
    with pytest.raises(PdfError, match="template"):
        make(name, {"title": "x"}, at=AT)


@pytest.mark.parametrize("name", ["../a.svg", "a/b.svg", "a.typ", "A.svg"])
def test_an_image_has_a_plain_name(name: str) -> None:
    with pytest.raises(PdfError, match="image"):
        make("core/x.typ", {"title": "x", "words": "y"}, at=AT, images={name: DRAWING})


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(TypeError):
        made(other=AT)


def test_a_sign_refused_where_it_stands_gives_way_to_plain_letters(monkeypatch) -> None:
    monkeypatch.setattr(signs, "_known", {"喜": True})
    assert "□ heureux" in text_of(made("喜 heureux"))


def test_signs_are_tried_once(monkeypatch) -> None:
    monkeypatch.setattr(signs, "_known", {})
    tried: list[str] = []
    real = signs._can_draw
    monkeypatch.setattr(signs, "_can_draw", lambda text: tried.append(text) or real(text))
    for _ in range(2):
        assert signs.printable("Ж 喜") == "Ж □"
    assert tried == ["Ж 喜", "Ж", "喜"]


def test_pages_can_be_looked_at() -> None:
    pages = pictures("core/x.typ", {"title": "x", "words": "y"}, images={"a.svg": DRAWING})
    assert [page[:4] for page in pages] == [b"\x89PNG"] * 2


def test_a_small_page_is_small() -> None:
    assert read(made(format="a5")).sizes == [(420, 595)] * 2
