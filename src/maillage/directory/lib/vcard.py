"""A structure as a contact card (vCard 4.0, RFC 6350)."""

import unicodedata

from maillage.directory.lib.pages import StructureSheet

_LINE = 75  # octets, line break left out (RFC 6350, 3.2)


def vcard(sheet: StructureSheet) -> bytes:
    """The public page as a card: nothing that it does not say. Lines end with CRLF."""
    card = sheet.card
    place = next((one for one in sheet.places if one.in_perimeter), None)
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"FN:{_text(card.name)}",
        f"ORG:{_text(card.name)}",
        f"UID:{_text(sheet.url)}",
        f"SOURCE:{_uri(sheet.url)}",
    ]
    if place is not None:
        parts = ("", "", place.address, place.municipality_name, "", place.postal_code, "France")
        lines.append(f"ADR;TYPE=work:{';'.join(_text(part) for part in parts)}")
        if place.lon is not None and not place.approximate:
            lines.append(f"GEO:geo:{place.lat:.5f},{place.lon:.5f}")
    lines += [f"TEL;TYPE=work:{_text(sheet.phone)}"] if sheet.phone else []
    lines += [f"EMAIL;TYPE=work:{_text(sheet.email)}"] if sheet.email else []
    lines += [f"URL:{_uri(sheet.website)}"] if sheet.website else []
    lines += [f"URL;TYPE=social:{_uri(link.url)}" for link in sheet.kept.social]
    if sheet.sectors:
        lines.append(f"CATEGORIES:{','.join(_text(tag.label) for tag in sheet.sectors)}")
    if sheet.summary:
        lines.append(f"NOTE:{_text(sheet.summary)}")
    lines += [f"REV:{sheet.updated_at:%Y%m%dT%H%M%SZ}", "END:VCARD"]
    return b"".join(_folded(line) for line in lines)


def _text(value: str) -> str:
    """RFC 6350, 3.4: backslash, comma, semicolon and line breaks are escaped; controls are dropped."""
    kept = "".join(
        sign
        for sign in value.replace("\r\n", "\n")
        if sign == "\n" or unicodedata.category(sign) != "Cc"
    )
    for sign, escaped in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        kept = kept.replace(sign, escaped)
    return kept


def _uri(value: str) -> str:
    """An address has no blank nor control of its own."""
    return "".join(sign for sign in value if sign.isprintable() and not sign.isspace())


def _folded(line: str) -> bytes:
    """Cut after 75 octets at most, never inside a character; the rest begins with a space."""
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > _LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
