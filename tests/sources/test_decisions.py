"""A doubt is asked once, decided once, and what follows can be taken back."""

from datetime import timedelta

import pytest

from maillage.sources.actions.decisions import AlreadyDecidedError, decide_match, decide_suggestion
from maillage.sources.actions.runs import undo_run
from maillage.sources.models import Match, Suggestion
from maillage.structures.models import Structure
from tests.factories import NOW, Cast, make_establishment, make_structure
from tests.sources.pipeline import imported, place, record

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def known(cast: Cast) -> Structure:
    structure = make_structure("Les Jardins du Canal", siren=None)
    make_establishment(structure, municipality_code="93048", address="4 rue du Canal")
    return structure


@pytest.fixture
def row():
    return record(
        "Jardin du canal",
        places=(place(address="9 avenue Gabriel Péri"),),
        fields={"website": "https://jardin.example"},
    )


def ask(cast: Cast, row: object) -> Match:
    imported(cast.space, row)
    return Match.objects.get()


def test_same_joins_the_record_and_later_imports_know(
    cast: Cast, known: Structure, row: object
) -> None:
    run = decide_match(ask(cast, row), Match.Decision.SAME, by=cast.chloe, now=NOW)
    known.refresh_from_db()
    assert (known.website, Structure.objects.count()) == ("https://jardin.example", 1)
    assert run.counts["updated"] == 1
    again = imported(cast.space, row, now=LATER)
    assert (again.counts["unchanged"], again.counts["doubtful"]) == (1, 0)


def test_different_creates_the_structure_and_is_never_asked_again(
    cast: Cast, known: Structure, row: object
) -> None:
    match = ask(cast, row)
    decide_match(match, Match.Decision.DIFFERENT, by=cast.chloe, now=NOW)
    match.refresh_from_db()
    assert match.created_structure.name == "Jardin du canal"
    again = imported(cast.space, row, now=LATER)
    assert (again.counts["doubtful"], again.counts["created"], again.counts["unchanged"]) == (
        0,
        0,
        1,
    )


def test_later_keeps_the_question_open(cast: Cast, known: Structure, row: object) -> None:
    match = ask(cast, row)
    assert decide_match(match, Match.Decision.LATER, by=cast.chloe, now=NOW) is None
    assert decide_match(match, Match.Decision.SAME, by=cast.chloe, now=LATER) is not None


def test_a_second_decision_is_refused(cast: Cast, known: Structure, row: object) -> None:
    match = ask(cast, row)
    decide_match(match, Match.Decision.SAME, by=cast.chloe, now=NOW)
    with pytest.raises(AlreadyDecidedError, match="déjà été tranché"):
        decide_match(match, Match.Decision.DIFFERENT, by=cast.aicha, now=LATER)
    assert Structure.objects.count() == 1


def test_a_decision_is_an_import_that_can_be_taken_back(
    cast: Cast, known: Structure, row: object
) -> None:
    run = decide_match(ask(cast, row), Match.Decision.SAME, by=cast.chloe, now=NOW)
    undo_run(run, by=cast.chloe, now=LATER)
    known.refresh_from_db()
    assert known.website == ""


def suggestion(cast: Cast) -> Suggestion:
    known = make_structure(
        "Nom confirmé",
        in_space=cast.space,
        provenance={"name": {"source": "agent", "by": cast.chloe.pk}},
    )
    imported(cast.space, record("Nom du registre", siren=known.siren, places=()))
    return Suggestion.objects.get()


def test_accepting_a_suggestion_writes_it_as_the_persons_word(cast: Cast) -> None:
    filed = suggestion(cast)
    decide_suggestion(filed, accept=True, by=cast.aicha, now=LATER)
    filed.structure.refresh_from_db()
    assert filed.structure.name == "Nom du registre"
    assert filed.structure.provenance["name"]["by"] == cast.aicha.pk


def test_a_refused_value_is_not_proposed_again(cast: Cast) -> None:
    filed = suggestion(cast)
    decide_suggestion(filed, accept=False, by=cast.aicha, now=LATER)
    imported(
        cast.space, record("Nom du registre", siren=filed.structure.siren, places=()), now=LATER
    )
    assert Suggestion.objects.count() == 1
    with pytest.raises(AlreadyDecidedError):
        decide_suggestion(filed, accept=True, by=cast.chloe, now=LATER)
