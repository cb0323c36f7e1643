"""Web addresses, e-mail addresses, telephone numbers."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from maillage.core.tabular.cells.text import CellError, quoted, text

_SEPARATORS = re.compile(r"\s+(?:/|ou|et|-)\s+|[;|\s]+|,\s*(?=https?:|www\.)")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.\-]*:(?!\d)")
_check_email = EmailValidator()
_check_url = URLValidator(schemes=["http", "https"])

# National prefixes of overseas numbers and the country code they are dialled with from elsewhere.
_OVERSEAS = {
    "590": "590", "690": "590", "691": "590", "594": "594", "694": "594", "596": "596", "696": "596",
    "262": "262", "692": "262", "693": "262", "269": "262", "639": "262",
}  # fmt: skip


def url(value: object) -> str:
    """A web address, `https://` added when nothing is said. Only the first of several is kept."""
    shown = text(value)
    if not shown:
        return ""
    first = _SEPARATORS.split(shown)[0]
    if not _SCHEME.match(first):
        first = f"https://{first.removeprefix('//')}"
    try:
        parts = urlsplit(first)
        address = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()
        _check_url(address)
    except (ValidationError, ValueError):
        raise CellError(
            "adresse-web", f"L'adresse web {quoted(value)} n'est pas valable."
        ) from None
    if parts.username or parts.password or len(address) > 300:
        raise CellError("adresse-web", f"L'adresse web {quoted(value)} n'est pas valable.")
    return address


def email(value: object) -> str:
    """An e-mail address; only the first of several is kept."""
    shown = text(value)
    if not shown:
        return ""
    address = re.split(r"[;,|\s]+", shown.removeprefix("mailto:").strip("<>"))[0]
    try:
        _check_email(address)
    except ValidationError:
        raise CellError(
            "courriel", f"L'adresse e-mail {quoted(value)} n'est pas valable."
        ) from None
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def phone(value: object) -> str:
    """`+33123456789`, or a short French number (`3949`). Only the first of several is kept."""
    shown = text(value)
    if not shown:
        return ""
    first = re.split(r"\s*(?:[/;,|]|\bou\b|\bet\b)\s*", shown.replace("(0)", ""))[0]
    digits = re.sub(r"[\s.\-()_]+", "", first.removesuffix(".0"))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if len(digits) == 11 and digits.startswith("33"):
        digits = f"+{digits}"  # the sign is lost when a spreadsheet takes it for a number
    plain = digits.removeprefix("+")
    if not (plain.isascii() and plain.isdigit()):
        raise CellError("telephone", f"Le numéro de téléphone {quoted(value)} n'est pas lisible.")
    if digits.startswith("+"):
        if 8 <= len(plain) <= 15:
            return f"+{plain}"
    elif len(plain) == 4 and plain.startswith("3"):
        return plain
    elif (len(plain) == 10 and plain.startswith("0")) or (len(plain) == 9 and plain[0] != "0"):
        national = plain[-9:]
        return f"+{_OVERSEAS.get(national[:3], '33')}{national}"
    raise CellError("telephone", f"Le numéro de téléphone {quoted(value)} n'est pas lisible.")
