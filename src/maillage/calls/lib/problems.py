"""What is wrong with an answer, and where on the page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One French sentence about the field `code`.

    `row` counts the lines of a table from 0; `part` is the inner code of a repeated block, the column of a
    table, or the side of a budget and its column (`charges-amount`).
    """

    code: str
    row: int | None
    message: str
    part: str = ""

    @property
    def anchor(self) -> str:
        """Identifier of the input on the page."""
        return anchor_of(self.code, self.row, self.part)


def anchor_of(code: str, row: int | None = None, part: str = "") -> str:
    """`f-code`, `f-code-0-part`; for a budget `f-code-charges-0-amount`."""
    side, dash, column = part.partition("-")
    if row is None:
        return f"f-{code}-{part}" if part else f"f-{code}"
    return f"f-{code}-{side}-{row}-{column}" if dash else f"f-{code}-{row}-{part}"
