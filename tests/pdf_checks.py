"""What a tagged PDF must hold, read from its bytes with tools that did not make it."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pdfua
import pikepdf


@dataclass
class Reading:
    """`tags` counts the structure elements; `alternatives` are those of the figures, empty ones included."""

    pages: int
    title: str
    language: str
    author: str
    tags: Counter[str] = field(default_factory=Counter)
    alternatives: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    fonts: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    bookmarks: int = 0


def read(content: bytes) -> Reading:
    """`faults` is empty when the document is tagged, titled, in French, its figures described and its tables headed."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        info = pdf.docinfo
        found = Reading(
            pages=len(pdf.pages),
            title=str(info.get("/Title", "")),
            language=str(root.get("/Lang", "")),
            author=str(info.get("/Author", "")),
        )
        for page in pdf.pages:
            box = [round(float(side)) for side in page.mediabox]
            found.sizes.append((box[2], box[3]))
            fonts = page.get("/Resources", {}).get("/Font", {})
            found.fonts |= {str(font.get("/BaseFont", "")) for font in fonts.values()}
            found.links += [
                str(note.A.URI)
                for note in page.get("/Annots", [])
                if "/A" in note and "/URI" in note.A
            ]
        with pdf.open_outline() as outline:
            found.bookmarks = len(outline.root)
        if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
            found.faults.append("not marked as tagged")
        if not found.title or not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")):
            found.faults.append("no title shown")
        if not found.language.startswith("fr"):
            found.faults.append("no language")
        if "/StructTreeRoot" in root:
            for element in _elements(root.StructTreeRoot.get("/K")):
                _judge(element, found)
        else:
            found.faults.append("no structure")
    found.faults += _by_the_other_tool(content)
    return found


def _judge(element: Any, found: Reading) -> None:
    kind = str(element.S)[1:]
    found.tags[kind] += 1
    if kind == "Figure":
        words = str(element.get("/Alt", ""))
        found.alternatives.append(words)
        if not words.strip():
            found.faults.append("figure without alternative")
    if kind == "Table" and not any(str(one.S) == "/TH" for one in _elements(element.get("/K"))):
        found.faults.append("table without header cell")


def _elements(kids: Any) -> Iterator[Any]:
    if isinstance(kids, pikepdf.Array):
        for kid in kids:
            yield from _elements(kid)
    elif isinstance(kids, pikepdf.Dictionary) and "/S" in kids:
        yield kids
        yield from _elements(kids.get("/K"))


def _by_the_other_tool(content: bytes) -> list[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.pdf"
        path.write_bytes(content)
        report = pdfua.validate(str(path))
    return [f"{one.rule_id} {one.message}" for one in report.findings]


def text_of(content: bytes) -> str:
    """Everything written in it, in reading order, through the fonts' own tables (ToUnicode)."""
    written: list[str] = []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            fonts = page.get("/Resources", {}).get("/Font", {})
            tables = {name: _letters(font) for name, font in fonts.items()}
            letters: dict[int, str] = {}
            marks: list[
                bool
            ] = []  # open marked contents: is its text told in its stead (ActualText)?
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name == "Tf":
                    letters = tables.get(str(operands[0]), {})
                elif name in {"BDC", "BMC"}:
                    told = operands[1] if name == "BDC" else None
                    instead = isinstance(told, pikepdf.Dictionary) and "/ActualText" in told
                    marks.append(instead)
                    written.append(str(told.ActualText) if instead else "")
                elif name in {"Tj", "TJ"} and not any(marks):
                    written += _said(operands[0] if name == "TJ" else [operands[0]], letters)
                elif name == "EMC":
                    written.append("" if marks.pop() else " ")
    return " ".join("".join(written).split())


def _said(pieces: Any, letters: dict[int, str]) -> list[str]:
    codes = [bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String)]
    return [
        letters.get(int.from_bytes(one[at : at + 2], "big"), "?")
        for one in codes
        for at in range(0, len(one), 2)
    ]


def _letters(font: Any) -> dict[int, str]:
    table: dict[int, str] = {}
    if "/ToUnicode" not in font:
        return table
    lines = font.ToUnicode.read_bytes().decode("latin-1").splitlines()
    mode = ""
    for line in lines:
        if line.endswith(("beginbfchar", "beginbfrange")):
            mode = line.rsplit(" ", 1)[1]
        elif line.startswith("end"):
            mode = ""
        elif mode == "beginbfchar":
            code, letter = (part.strip("<> ") for part in line.split(">", 1))
            table[int(code, 16)] = bytes.fromhex(letter).decode("utf-16-be")
        elif mode == "beginbfrange":
            first, last, letter = (part.strip("<> ") for part in line.split("> <"))
            start = bytes.fromhex(letter).decode("utf-16-be")
            for at in range(int(last, 16) - int(first, 16) + 1):
                table[int(first, 16) + at] = start[:-1] + chr(ord(start[-1]) + at)
    return table
