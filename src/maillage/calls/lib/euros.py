"""Money in words."""

from decimal import Decimal, InvalidOperation

_THIN = "\u202f"


def euros(value: Decimal | str | float | None) -> str:
    """« 15 000 € », « 1 250,50 € », with spaces that do not break; empty for nothing or for what is no number."""
    if value is None or value == "":
        return ""
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return ""
    whole, cents = divmod(abs(amount), 1)
    text = f"{int(whole):,}".replace(",", _THIN)
    if cents:
        text += f",{int(cents * 100):02d}"
    return f"{'-' if amount < 0 else ''}{text}\u00a0€"


def percent(value: Decimal | str | float | None) -> str:
    """« 70 % », « 12,5 % »; empty for nothing."""
    if value is None or value == "":
        return ""
    text = f"{Decimal(str(value)):.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{text}\u00a0%"
