"""A typed query as a conjunction of terms, before any database is asked."""

from dataclasses import dataclass, field

from maillage.core.search.analysis import Word, words
from maillage.core.search.synonyms import Expression, Thesaurus

LONGEST_TEXT = 300
MOST_WORDS = 12


@dataclass(frozen=True)
class Term:
    """The words of `words` all match, or one of `equivalents` does.

    `prefix`: the last of `words` may also be the beginning of a plain form.
    """

    words: tuple[Word, ...]
    equivalents: tuple[Expression, ...] = ()
    prefix: bool = False


@dataclass(frozen=True)
class Query:
    terms: tuple[Term, ...]
    expanded: dict[str, tuple[str, ...]] = field(default_factory=dict)


def typed_words(text: str) -> list[Word]:
    """Words of what was typed; whatever lies past the limits is not read."""
    return list(words(text[:LONGEST_TEXT]))[:MOST_WORDS]


def build(typed: list[Word], thesaurus: Thesaurus) -> Query:
    stems = [word.stem for word in typed]
    terms: list[Term] = []
    expanded: dict[str, tuple[str, ...]] = {}
    position = 0
    while position < len(typed):
        length, equivalents = thesaurus.match(stems, position)
        length = length or 1
        part = tuple(typed[position : position + length])
        if equivalents:
            expanded[" ".join(word.plain for word in part)] = tuple(
                expression.label for expression in equivalents
            )
        position += length
        terms.append(Term(part, equivalents, prefix=position == len(typed)))
    return Query(tuple(dict.fromkeys(terms)), expanded)
