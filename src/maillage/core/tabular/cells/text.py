"""Plain text: what is written, what is a mask for "nothing", what is markup."""

import html
import re

MASKS = frozenset(
    {
        "[nd]", "nd", "n.d.", "na", "n/a", "#n/a", "nan", "none", "null", "<null>", "nil", "_", "-", "--",
        "---", "?", ".", "/", "sans objet", "s.o.", "non renseigné", "non renseigne", "non communiqué",
        "non communique", "inconnu", "#ref!", "#valeur!", "#value!", "#nom?", "#name?",
    }
)  # fmt: skip

_PROTECTED = re.compile(r"^'\s*[=+\-@＝＋－＠]")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_BLOCK_TAG = re.compile(r"<\s*(br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINES = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")


class CellError(Exception):
    """A cell that can't be understood. `code` is stable, `message` is a French sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def raw(value: object) -> str:
    """The cell as a string without outer blanks: a whole number loses its `.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = str(value).strip()
    # An export protects what looks like a formula with an apostrophe (see `writing.safe_text`).
    return shown[1:] if _PROTECTED.match(shown) else shown


def quoted(value: object) -> str:
    """The cell between French quotes, short enough for a sentence."""
    shown = " ".join(raw(value).split())
    return f"« {shown[:57]}… »" if len(shown) > 60 else f"« {shown} »"


def is_masked(value: object) -> bool:
    """Whether the cell holds a word that stands for "nothing" (an empty cell does not)."""
    return raw(value).casefold() in MASKS


def text(value: object) -> str:
    """One line of text: blanks collapsed, control and direction characters removed, masks empty."""
    shown = raw(value)
    if shown.isprintable() and "  " not in shown:  # nothing to clean, as nearly always
        return "" if shown.casefold() in MASKS else shown
    shown = _CONTROLS.sub("", shown.replace("\r", "\n"))
    if shown.casefold() in MASKS:
        return ""
    return _BLANKS.sub(" ", shown.replace("\n", " ")).strip()


def paragraphs(value: object) -> str:
    """Text that may have several lines: markup removed, at most one empty line between two lines."""
    shown = raw(value).replace("\r\n", "\n").replace("\r", "\n")
    if shown.casefold() in MASKS:
        return ""
    if "<" in shown:
        shown = _SCRIPT.sub("", shown)
        shown = _TAG.sub("", _BLOCK_TAG.sub("\n", shown))
    shown = _CONTROLS.sub("", html.unescape(shown))
    shown = _LINES.sub("\n", _BLANKS.sub(" ", shown))
    return _MANY_LINES.sub("\n\n", shown).strip()
