"""Fill the index with a very great number of new objects."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from maillage.core.bulk import add_rows
from maillage.core.search import keys, lexicon
from maillage.core.search.analysis import stem, words
from maillage.core.search.models import SearchDocument, SearchWord

Fragments = tuple[str, ...]


class Pieces(NamedTuple):
    """A `Document` whose texts are cut between words; pieces that come back are analysed once."""

    id: int
    title: Fragments
    key: Fragments
    body: Fragments


class Loading:
    """Objects that the index does not hold yet. Call `close` at the end, in the same transaction."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._words: Counter[str] = Counter()

    def add(self, documents: Iterable[Pieces]) -> None:
        add_rows(
            SearchDocument,
            ("id", "title", "key", "body", "words"),
            (self._row(document) for document in documents),
        )

    def close(self) -> None:
        """Write the words that were seen."""
        known = dict(
            SearchWord.objects.filter(kind=self.kind).values_list("word", "documents").iterator()
        )
        if known:
            lexicon.add(self.kind, self._words)
            return
        add_rows(
            SearchWord,
            ("word", "stem", "documents"),
            ((word, stem(word), count) for word, count in sorted(self._words.items())),
            kind=self.kind,
        )

    def _row(self, document: Pieces) -> tuple[int, str, str, str, str]:
        forms: dict[str, None] = {}
        texts = []
        for part in document[1:]:
            stems = []
            for piece in part:
                analysed = _number(piece) if piece.isdecimal() else _analysed(piece)
                stems.append(analysed[0])
                forms.update(analysed[1])
            texts.append(" ".join(filter(None, stems)))
        self._words.update(filter(lexicon.is_kept, forms))
        return (keys.key(self.kind, document.id), texts[0], texts[1], texts[2], " ".join(forms))


def _number(piece: str) -> tuple[str, dict[str, None]]:
    return piece, {piece: None}


@lru_cache(maxsize=200_000)
def _analysed(piece: str) -> tuple[str, dict[str, None]]:
    found = list(words(piece))
    return " ".join(word.stem for word in found), dict.fromkeys(word.plain for word in found)
