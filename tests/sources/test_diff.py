"""Operations lead from one state to the other; their inverse leads back."""

from hypothesis import given
from hypothesis import strategies as st

from maillage.sources.actions.diff import changes_something, diff, inverse
from maillage.sources.actions.state import Place, StructureState

TEXT = st.text(alphabet="abcé '", max_size=6)
OWNER = st.one_of(
    st.none(), st.fixed_dictionaries({"source": st.sampled_from(["sirene", "table"]), "date": TEXT})
)


@st.composite
def states(draw: st.DrawFn) -> StructureState:
    state = StructureState(pk=1)
    state.values |= {"name": draw(TEXT), "website": draw(TEXT)}
    state.provenance = {name: owner for name in ("name", "website") if (owner := draw(OWNER))}
    for key in draw(st.sets(st.sampled_from(["1", "2", "new-1"]))):
        place = Place(key)
        place.values["address"] = draw(TEXT)
        state.places[key] = place
    state.terms = draw(st.dictionaries(st.sampled_from(["a", "b"]), st.booleans()))
    state.labels = draw(
        st.dictionaries(st.sampled_from(["x/", "y/"]), st.fixed_dictionaries({"proof": TEXT}))
    )
    return state


def play(state: StructureState, operations: list[dict]) -> StructureState:
    """An executor in memory, written from the documentation of the operations alone."""
    state = state.copy()
    for op in operations:
        if op["op"] == "field":
            target = state if op["on"] == "structure" else state.places[op["on"]]
            assert target.values[op["field"]] == op["before"]
            target.values[op["field"]] = op["after"]
            target.provenance.pop(op["field"], None)
            if op["owner_after"] is not None:
                target.provenance[op["field"]] = op["owner_after"]
        elif op["op"] == "place" and op["after"] is None:
            del state.places[op["key"]]
        elif op["op"] == "place":
            place = Place(op["key"])
            place.values |= op["after"]["values"]
            place.provenance = op["after"]["provenance"]
            state.places[op["key"]] = place
        else:
            held = state.terms if op["op"] == "term" else state.labels
            key = op.get("code") or op["key"]
            assert held.get(key) == op["before"]
            held.pop(key, None)
            if op["after"] is not None:
                held[key] = op["after"]
    return state


@given(before=states(), after=states())
def test_doing_leads_there_and_undoing_leads_back(
    before: StructureState, after: StructureState
) -> None:
    after.places |= {key: place for key, place in before.places.items() if key not in after.places}
    operations = diff(before, after)
    there = play(before, operations)
    assert (there.values, there.provenance, there.terms, there.labels) == (
        after.values, after.provenance, after.terms, after.labels,
    )  # fmt: skip
    assert there.places == after.places
    back = play(there, inverse(operations))
    assert (back.values, back.provenance, back.terms, back.labels) == (
        before.values, before.provenance, before.terms, before.labels,
    )  # fmt: skip
    assert back.places == before.places


def test_no_difference_no_operation() -> None:
    assert diff(StructureState(pk=1), StructureState(pk=1)) == []


def test_a_newer_source_date_alone_changes_nothing_that_shows() -> None:
    before, after = StructureState(pk=1), StructureState(pk=1)
    before.provenance = {"name": {"source": "sirene", "date": "2026-01-01"}}
    after.provenance = {"name": {"source": "sirene", "date": "2026-02-01"}}
    before.labels = {"lab-esus/": {"proof": "x", "source_date": "2026-01-01"}}
    after.labels = {"lab-esus/": {"proof": "x", "source_date": "2026-02-01"}}
    operations = diff(before, after)
    assert len(operations) == 2
    assert not changes_something(operations)
