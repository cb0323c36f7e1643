"""The typesetter (typst), asked for as late as possible: its library weighs 80 MB."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
HOUSE = HERE / "house.typ"
# Atkinson Hyperlegible Next and Bricolage Grotesque (SIL Open Font License 1.1, which lets a document embed them).
FONTS = HERE.parent / "static" / "core" / "dist" / "print"
# What the engine takes for the root of its files: nothing but a note is there.
SEALED = HERE / "sealed"


class EngineError(Exception):
    """What the typesetter refused, in its own words."""


@cache
def _fonts() -> Any:
    """Ours, then those of the engine; never the machine's: a document is the same wherever it is made."""
    import typst  # noqa: PLC0415  (loaded by the first document only)

    paths = [str(FONTS)] if FONTS.is_dir() else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)


def draw(
    files: Mapping[str, bytes], kind: Literal["pdf", "png"], at: datetime
) -> bytes | list[bytes]:
    """`files` are all that the document may read; `main.typ` is the document. Raises EngineError."""
    import typst  # noqa: PLC0415

    standards: list[Any] = ["ua-1"] if kind == "pdf" else []
    try:
        drawn: bytes | list[bytes] = typst.compile(
            dict(files),
            root=str(SEALED),
            font_paths=_fonts(),
            format=kind,
            ppi=110,
            pdf_standards=standards,
            timestamp=int(at.timestamp()),
            package_path=str(SEALED),
            package_cache_path=str(SEALED),
        )
        return drawn  # noqa: TRY300  (one call, one answer)
    except typst.TypstError as error:
        raise EngineError(error.message) from error
