"""Documents come, change and go; kinds do not see each other; the lexicon follows."""

import pytest

from maillage.core.search import Document, index, remove, search
from maillage.core.search.models import SearchDocument, SearchWord

pytestmark = pytest.mark.django_db


def test_a_document_indexed_again_replaces_the_former():
    index("a", [Document(1, "Boulangerie")])
    index("a", [Document(1, "Menuiserie")])
    assert search("a", "boulangerie").ids == []
    assert search("a", "menuiserie").ids == [1]


def test_the_last_of_two_documents_of_one_object_wins():
    assert index("a", [Document(1, "Boulangerie"), Document(1, "Menuiserie")]) == 1
    assert search("a", "menuiserie").ids == [1]


def test_kinds_are_apart():
    index("a", [Document(1, "Boulangerie")])
    index("b", [Document(1, "Menuiserie"), Document(2, "Boulangerie")])
    assert search("a", "boulangerie").ids == [1]
    assert search("b", "boulangerie").ids == [2]
    remove("b", None)
    assert (search("a", "boulangerie").ids, search("b", "boulangerie").ids) == ([1], [])


def test_a_removed_document_is_not_found():
    index("a", [Document(1, "Boulangerie"), Document(2, "Boulangerie")])
    remove("a", [1, 999])
    assert search("a", "boulangerie").ids == [2]


def test_the_lexicon_counts_documents_and_forgets_the_last():
    index("a", [Document(1, "Vélo vélo", "vélos"), Document(2, "vélo")])
    counts = dict(SearchWord.objects.filter(kind="a").values_list("word", "documents"))
    assert counts == {"velo": 2, "velos": 1}
    index("a", [Document(1, "Vélo")])
    remove("a", [2])
    counts = dict(SearchWord.objects.filter(kind="a").values_list("word", "documents"))
    assert counts == {"velo": 1}
    remove("a", [1])
    assert (SearchWord.objects.count(), SearchDocument.objects.count()) == (0, 0)


def test_a_typo_is_not_corrected_towards_a_word_no_document_holds_any_more():
    index("a", [Document(1, "Boulangerie"), Document(2, "Autre")])
    assert search("a", "boulangerje").corrected == "boulangerie"
    remove("a", [1])
    assert search("a", "boulangerje").corrected == ""


def test_an_empty_document_can_be_indexed_twice():
    index("a", [Document(1, "")])
    index("a", [Document(1, "🌻")])
    assert search("a", "boulangerie").ids == []


def test_more_documents_than_a_batch():
    assert (
        index("a", (Document(number, f"Lieu numero{number}") for number in range(1, 1203))) == 1202
    )
    assert search("a", "numero1202").ids == [1202]
    assert search("a", "lieu").ids == list(range(1, 1203))


def test_a_search_asks_one_query(django_assert_num_queries):
    index("a", [Document(1, "Boulangerie")])
    with django_assert_num_queries(1):
        search("a", "boulangerie")
