"""Numbers as a French reader expects them."""

_NARROW = "\u202f"


def number(value: float, digits: int | None = None) -> str:
    """« 33 200 », « 7,1 ». Without `digits`: none for a whole or large number, else one, two under 10."""
    if digits is None:
        digits = 0 if value == int(value) or abs(value) >= 100 else (1 if abs(value) >= 10 else 2)
    text = f"{value:,.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", _NARROW).replace(".", ",")


def shortened(text: str, most: int) -> str:
    """At most `most` characters; what was cut is replaced by an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
