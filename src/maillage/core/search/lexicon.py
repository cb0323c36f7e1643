"""Words known to the documents of a kind; the nearest one corrects a typo."""

import re
from collections.abc import Mapping

from django.db import connection

from maillage.core.search.analysis import Word, stem
from maillage.core.search.engines import engine
from maillage.core.search.models import SearchWord

_CHUNK = 200
_NUMBERED = re.compile(r"\d.*\d.*\d")


def is_kept(word: str) -> bool:
    """Words of three digits or more (SIREN, postal codes) correct nothing, and would be three quarters of all."""
    return _NUMBERED.search(word) is None


def add(kind: str, changes: Mapping[str, int]) -> None:
    """Add to the number of documents of each word; words of no document any more are dropped."""
    # Sorted: two writers then take the same rows in the same order, and cannot wait for each other.
    rows = sorted((word, change) for word, change in changes.items() if change and is_kept(word))
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            places = ", ".join(["(%s, %s, %s, %s)"] * len(chunk))
            cursor.execute(
                "INSERT INTO core_searchword (kind, word, stem, documents)"  # noqa: S608  (places only)
                f" VALUES {places} ON CONFLICT (kind, word)"
                " DO UPDATE SET documents = core_searchword.documents + excluded.documents",
                [part for word, change in chunk for part in (kind, word, stem(word), change)],
            )
    if any(change < 0 for _, change in rows):
        SearchWord.objects.filter(kind=kind, documents__lte=0).delete()


def unknown(kind: str, typed: list[Word]) -> list[int]:
    """Positions of the words of `typed` that no document holds; the last may be a beginning.

    Those that are not kept are not looked for: nothing could replace them.
    """
    stems = set(
        SearchWord.objects.filter(kind=kind, stem__in={word.stem for word in typed})
        .values_list("stem", flat=True)
        .distinct()
    )
    missing = [
        at for at, word in enumerate(typed) if word.stem not in stems and is_kept(word.plain)
    ]
    final = len(typed) - 1
    if (
        final in missing
        and SearchWord.objects.filter(kind=kind, word__startswith=typed[final].plain).exists()
    ):
        missing.remove(final)
    return missing


def nearest(kind: str, plain: str) -> str | None:
    """The known word closest to `plain`: one letter apart, two for words of six letters and more.

    Words under four letters and words with digits are never corrected.
    """
    if len(plain) < 4 or any(char.isdigit() for char in plain):
        return None
    allowed = 1 if len(plain) < 6 else 2
    best: tuple[int, bool, int, str] | None = None
    for word, documents in engine().similar_words(kind, plain):
        apart = distance(plain, word, allowed)
        if apart <= allowed:
            candidate = (apart, word[0] != plain[0], -documents, word)
            best = candidate if best is None else min(best, candidate)
    return best[3] if best else None


def distance(one: str, other: str, at_most: int) -> int:
    """Edits (insert, drop, replace, swap two neighbours) from one word to the other.

    Past `at_most` the exact figure is not computed: `at_most + 1` is returned.
    """
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        previous, row = row, [i]
        for j, right in enumerate(other, start=1):
            cost = min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
        before = previous
    return min(row[-1], at_most + 1)
