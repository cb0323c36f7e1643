"""Log lines that name nobody: a library's message may quote what a person typed."""

import logging
import re

_MASKS = (
    # PostgreSQL repeats the values that break a constraint.
    (re.compile(r"(DETAIL:|Key \().*"), r"\1…"),
    (re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"), "‹adresse e-mail›"),
    (re.compile(r"(?<![\w.])(?:\+33|0033|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}(?!\d)"), "‹téléphone›"),
    # Addresses that hold a key: whoever reads the log must not open what they open.
    (
        re.compile(r"(/(?:suivi|fiche|invitation|accord|confirmer|arreter|nouveau)/)[^/\s?]{20,}"),
        r"\1‹clé›",
    ),
    (re.compile(r"\bFR\d{2}(?: ?[0-9A-Z]{4}){5} ?[0-9A-Z]{3}\b"), "‹iban›"),
)


def discreet(text: str) -> str:
    """`text` without e-mail addresses, telephone numbers, IBANs, keys of links nor values quoted by the database."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


class DiscreetFormatter(logging.Formatter):
    """Masks the whole line, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
