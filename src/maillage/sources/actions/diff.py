"""The operations between two states of a structure. They can be shown, stored, done and undone.

Every operation has `before` and `after`; None means that the thing does not exist. Swapping the two
gives the inverse: undoing is executing the inverse.

| op          | keys besides before and after                                         |
|-------------|-----------------------------------------------------------------------|
| `structure` | – (values and provenance of a whole structure)                        |
| `field`     | on (`structure` or a place's key), field, owner_before, owner_after   |
| `place`     | key (values and provenance of a whole establishment)                  |
| `term`      | code (True: the main one)                                             |
| `label`     | key (`code/siret`)                                                    |
"""

from typing import Any

from maillage.sources.actions.state import DEFAULTS, PLACE_DEFAULTS, Place, StructureState, Values

Operation = dict[str, Any]


def diff(before: StructureState | None, after: StructureState) -> list[Operation]:
    """Operations that lead from `before` (None: nothing) to `after`."""
    operations: list[Operation] = []
    if before is None:
        operations.append({"op": "structure", "before": None, "after": _whole(after, DEFAULTS)})
        before = StructureState()
    else:
        operations += _fields("structure", before, after)
    for key, place in after.places.items():
        if key in before.places:
            operations += _fields(key, before.places[key], place)
        else:
            operations.append(
                {"op": "place", "key": key, "before": None, "after": _whole(place, PLACE_DEFAULTS)}
            )
    operations += _mapping("term", "code", before.terms, after.terms)
    operations += _mapping("label", "key", before.labels, after.labels)
    return operations


def _whole(thing: StructureState | Place, defaults: Values) -> Values:
    values = {name: value for name, value in thing.values.items() if value != defaults[name]}
    return {"values": values, "provenance": thing.provenance}


def _fields(
    on: str, before: StructureState | Place, after: StructureState | Place
) -> list[Operation]:
    names = [*after.values, *(name for name in after.provenance if name not in after.values)]
    return [
        {
            "op": "field",
            "on": on,
            "field": name,
            "before": before.values.get(name),
            "after": after.values.get(name),
            "owner_before": before.provenance.get(name),
            "owner_after": after.provenance.get(name),
        }
        for name in names
        if before.values.get(name) != after.values.get(name)
        or before.provenance.get(name) != after.provenance.get(name)
    ]


def _mapping(op: str, key_name: str, before: Values, after: Values) -> list[Operation]:
    keys = dict.fromkeys([*before, *after])
    return [
        {"op": op, key_name: key, "before": before.get(key), "after": after.get(key)}
        for key in keys
        if before.get(key) != after.get(key)
    ]


def inverse(operations: list[Operation]) -> list[Operation]:
    """The operations that take `operations` back, in reverse order."""
    swapped = []
    for operation in reversed(operations):
        turned = {**operation, "before": operation["after"], "after": operation["before"]}
        if "owner_before" in operation:
            turned |= {
                "owner_before": operation["owner_after"],
                "owner_after": operation["owner_before"],
            }
        swapped.append(turned)
    return swapped


def changes_something(operations: list[Operation]) -> bool:
    """False when only dates of sources would move."""
    return any(
        _content(operation, "before") != _content(operation, "after") for operation in operations
    )


def _content(operation: Operation, side: str) -> Any:
    value = operation[side]
    if operation["op"] == "label" and value:
        return {name: said for name, said in value.items() if name != "source_date"}
    return value
