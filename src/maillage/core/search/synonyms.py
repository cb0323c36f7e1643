"""Groups of equivalent expressions, prepared to be recognised in a query."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from maillage.core.search.analysis import words

Groups = tuple[tuple[str, ...], ...]


class Expression(NamedTuple):
    label: str
    stems: tuple[str, ...]


class Thesaurus(NamedTuple):
    """`by_stems` maps the stems of an expression to its equivalents, itself left out."""

    by_stems: dict[tuple[str, ...], tuple[Expression, ...]]
    longest: int

    def match(self, stems: Sequence[str], start: int) -> tuple[int, tuple[Expression, ...]]:
        """Longest expression that begins at `start`: its length in words and its equivalents."""
        for length in range(min(self.longest, len(stems) - start), 0, -1):
            found = self.by_stems.get(tuple(stems[start : start + length]))
            if found is not None:
                return length, found
        return 0, ()


@lru_cache(maxsize=16)
def thesaurus(groups: Groups) -> Thesaurus:
    by_stems: dict[tuple[str, ...], tuple[Expression, ...]] = {}
    for group in groups:
        members = [
            Expression(label.strip(), tuple(word.stem for word in words(label))) for label in group
        ]
        members = [member for member in members if member.stems]
        for member in members:
            others = tuple(other for other in members if other.stems != member.stems)
            known = by_stems.get(member.stems, ())
            by_stems[member.stems] = tuple(dict.fromkeys(known + others))
    return Thesaurus(by_stems, max(map(len, by_stems), default=0))
