"""SIREN, SIRET and RNA numbers, with the damage that spreadsheets do to them.

A SIREN has 9 digits, a SIRET 14 (SIREN + 5), both with a Luhn key; the establishments of La Poste
follow another rule, known to python-stdnum. An RNA number is W and nine characters.
"""

import re

from stdnum import luhn
from stdnum.fr import siret as siret_rule

from maillage.core.tabular.cells.text import CellError, quoted, raw, text

_NOISE = re.compile(r"[\s'\"’`.\-_/\u00a0\u202f\u2009]+")
_FLOAT_TAIL = re.compile(r"[.,]0+$")
_SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?e\+?\d+$", re.IGNORECASE)
_RNA = re.compile(r"^W\d[0-9A-Z]\d{7}$")


def _digits(value: object, what: str, code: str) -> str:
    """Digits of the number, or an empty string. Refuses what a spreadsheet destroyed."""
    shown = text(value)
    if not shown:
        return ""
    if _SCIENTIFIC.match(shown.replace(" ", "")):
        raise CellError(
            f"{code}-excel",
            f"Le {what} {quoted(shown)} a été abîmé par un tableur (notation scientifique) : "
            "ses derniers chiffres sont perdus.",
        )
    digits = _NOISE.sub("", _FLOAT_TAIL.sub("", shown))
    if not (digits.isascii() and digits.isdigit()):
        raise CellError(f"{code}-format", f"Le {what} {quoted(value)} n'est pas un nombre.")
    if not digits.strip("0"):
        return ""
    return digits


def siren(value: object) -> str:
    """Nine digits with a right key. Zeros lost by a spreadsheet are put back."""
    digits = _digits(value, "SIREN", "siren")
    if not digits:
        return ""
    if not 6 <= len(digits) <= 9:
        raise CellError(
            "siren-longueur",
            f"Le SIREN {quoted(value)} a {len(digits)} chiffres au lieu de 9.",
        )
    full = digits.zfill(9)
    if not luhn.is_valid(full):
        raise CellError(
            "siren-cle", f"Le SIREN {quoted(value)} est faux : sa clé ne correspond pas."
        )
    return full


def siret(value: object) -> str:
    """Fourteen digits with a right key (La Poste has its own rule)."""
    digits = _digits(value, "SIRET", "siret")
    if not digits:
        return ""
    if not 11 <= len(digits) <= 14:
        raise CellError(
            "siret-longueur",
            f"Le SIRET {quoted(value)} a {len(digits)} chiffres au lieu de 14.",
        )
    full = digits.zfill(14)
    if full.endswith("00000"):
        raise CellError(
            "siret-arrondi",
            f"Le SIRET {quoted(value)} a été arrondi par un tableur : ses derniers chiffres sont perdus.",
        )
    if not siret_rule.is_valid(full):
        raise CellError(
            "siret-cle", f"Le SIRET {quoted(value)} est faux : sa clé ne correspond pas."
        )
    return full


def siret_or_siren(value: object) -> tuple[str, str]:
    """`(siret, siren)` of a SIRET column: a SIREN written there counts as a SIREN alone."""
    if len(_digits(value, "SIRET", "siret")) in range(1, 10):
        return "", siren(value)
    full = siret(value)
    return full, full[:9]


def rna(value: object) -> str:
    """RNA number of an association, in capitals."""
    shown = text(value)
    if not shown:
        return ""
    number = _NOISE.sub("", raw(shown)).upper()
    if not _RNA.match(number):
        raise CellError(
            "rna-format",
            f"Le numéro RNA {quoted(value)} n'a pas la forme attendue (W suivi de 9 caractères).",
        )
    return number
