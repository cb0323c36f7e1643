"""The order in which a French reader looks for names, the same on every database."""

import unicodedata


def collation_key(name: str) -> str:
    """Case, accents and opening signs do not count; ligatures are two letters."""
    if not name.isascii():
        spelled = name.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
        name = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode() or name
    return name.lower().lstrip(" \"'(-.")
