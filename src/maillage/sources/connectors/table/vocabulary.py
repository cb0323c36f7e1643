"""Words of a file → terms of our axes, and → families."""

import re
from collections import defaultdict

from maillage.sources.lib import plain
from maillage.structures.enums import Axis, Family
from maillage.structures.models import Term

_PIECES = re.compile(r"\s*[;|/\n]\s*")
_COMMAS = re.compile(r"\s*,\s*")
_FAMILIES = (
    ("scic", Family.COOPERATIVE), ("scop", Family.COOPERATIVE), ("cooperat", Family.COOPERATIVE),
    ("mutuel", Family.MUTUAL), ("mutualit", Family.MUTUAL),
    ("fondation", Family.FOUNDATION), ("fonds de dotation", Family.FOUNDATION),
    ("association", Family.ASSOCIATION), ("loi 1901", Family.ASSOCIATION), ("syndicat", Family.ASSOCIATION),
    ("sarl", Family.COMMERCIAL), ("sas", Family.COMMERCIAL), ("eurl", Family.COMMERCIAL),
    ("societe", Family.COMMERCIAL),
)  # fmt: skip


def family(value: str) -> str:
    """Family of a legal form in words; "" when the words tell nothing."""
    words = plain(value)
    return next((code for word, code in _FAMILIES if word in words), "")


class Vocabulary:
    """Terms by the ways they are written: label, code, acronym, each side of « ou »."""

    def __init__(self) -> None:
        self.axes: dict[str, str] = {}
        self._by_axis: dict[str, dict[str, str]] = defaultdict(dict)
        rows = list(Term.objects.filter(ended_on=None).values_list("axis", "code", "label"))
        for strict in (True, False):
            for axis, code, label in rows:
                self.axes[code] = axis
                for key in _written(code, label, strict=strict):
                    self._by_axis[axis].setdefault(key, code)

    def codes(self, value: str, axis: str) -> tuple[list[str], list[str]]:
        """Terms of `axis` (any when empty) that the cell names, and the words that name none."""
        axes = [axis] if axis else list(Axis.values)
        whole = self._find(value, axes)
        if whole:
            return [whole], []
        found: dict[str, None] = {}
        unknown: list[str] = []
        for piece in filter(None, _PIECES.split(value)):
            code = self._find(piece, axes)
            parts = [piece] if code else [part for part in _COMMAS.split(piece) if part]
            for part in parts:
                if code := self._find(part, axes):
                    found[code] = None
                else:
                    unknown.append(part.strip()[:80])
        return list(found), unknown

    def _find(self, words: str, axes: list[str]) -> str:
        key = plain(words)
        for axis in axes:
            known = self._by_axis[axis]
            for form in (key, _singular(key)):
                if form in known:
                    return known[form]
        return ""


def _singular(key: str) -> str:
    return " ".join(word.rstrip("sx") if len(word) > 3 else word for word in key.split())


def _written(code: str, label: str, *, strict: bool) -> list[str]:
    """Strict forms name the term; loose ones are parts of its label, kept when nobody else has them."""
    bare = re.sub(r"\s*\(.*?\)", "", label)
    if strict:
        acronyms = re.findall(r"\b[A-Z]{2,}\b", label)
        forms = [
            label,
            bare,
            code,
            code.split("-", 1)[-1],
            *re.findall(r"\((.*?)\)", label),
            *acronyms,
        ]
    else:
        forms = re.split(r",| ou | et ", bare)
    keys = [plain(form) for form in forms]
    return [form for key in keys if len(key) > 1 for form in (key, _singular(key))]
