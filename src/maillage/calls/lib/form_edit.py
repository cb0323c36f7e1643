"""Changes of a definition, each giving a new one: nothing is changed in place, so that the last can be undone."""

import copy
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from maillage.calls.lib.condition_check import MOST_PARTS
from maillage.calls.lib.conditions import fields_of

Definition = dict[str, Any]


class EditError(Exception):
    """The change cannot be made. The message is one French sentence."""


def code_for(label: str, taken: set[str]) -> str:
    """A short code made of the words of the label, that no other has."""
    plain = unicodedata.normalize("NFKD", label.casefold())
    words = re.findall(
        r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one))
    )
    stem = re.sub(r"^[0-9]", "q", "_".join(words))[:30].strip("_") or "question"
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}_{number}"
    return code


def codes_of(definition: Definition) -> set[str]:
    """Codes of every question, those of blocks included: one is never used twice in a form."""
    return {one["code"] for one in _questions(definition)}


def _questions(definition: Definition) -> Iterator[dict[str, Any]]:
    for section in definition.get("sections", []):
        for field in section.get("fields", []):
            yield field
            yield from field.get("fields", [])


def sections_of(definition: Definition) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = definition.setdefault("sections", [])
    return found


def section_at(definition: Definition, code: str) -> dict[str, Any]:
    """Raises `EditError` when the section is gone."""
    for section in sections_of(definition):
        if section["code"] == code:
            return section
    raise EditError("Cette section n'existe plus : elle a été supprimée.")


def field_at(definition: Definition, code: str) -> tuple[list[dict[str, Any]], int]:
    """The list that holds the question, and its rank in it. Raises `EditError` when it is gone."""
    for section in sections_of(definition):
        for held in (section.setdefault("fields", []), *_blocks(section)):
            for rank, field in enumerate(held):
                if field["code"] == code:
                    return held, rank
    raise EditError("Cette question n'existe plus : elle a été supprimée.")


def _blocks(section: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    for field in section.get("fields", []):
        if field["type"] == "repeated":
            yield field.setdefault("fields", [])


def put_section(definition: Definition, raw: dict[str, Any], code: str = "") -> Definition:
    """Add a section at the end, or change what the one called `code` says of itself."""
    made = copy.deepcopy(definition)
    if code:
        section_at(made, code).update(raw)
    else:
        taken = {one["code"] for one in sections_of(made)}
        sections_of(made).append({"code": code_for(raw["title"], taken), **raw, "fields": []})
    return made


def put_field(
    definition: Definition,
    raw: dict[str, Any],
    *,
    section: str = "",
    block: str = "",
    code: str = "",
) -> tuple[Definition, str]:
    """Replace the question `code`, or add one at the end of `section`, or of the repeated `block`.

    Gives the definition and the code of the question. Inner questions of a block stay with it.
    """
    made = copy.deepcopy(definition)
    if code:
        held, rank = field_at(made, code)
        inner = held[rank].get("fields")
        held[rank] = {"code": code, **raw}
        if raw["type"] == "repeated":
            held[rank]["fields"] = inner or []
        return made, code
    new = {"code": code_for(raw["label"], codes_of(made)), **raw}
    if block:
        held, rank = field_at(made, block)
        held[rank].setdefault("fields", []).append(new)
    else:
        section_at(made, section).setdefault("fields", []).append(new)
    return made, str(new["code"])


def move(definition: Definition, kind: str, code: str, step: int) -> Definition:
    """One place up (`step` -1) or down (1). A question at the edge of its section goes to the next one."""
    made = copy.deepcopy(definition)
    if kind == "section":
        sections = sections_of(made)
        rank = sections.index(section_at(made, code))
        _swap(sections, rank, step)
        return made
    held, rank = field_at(made, code)
    if 0 <= rank + step < len(held):
        _swap(held, rank, step)
        return made
    sections = sections_of(made)
    place = next((n for n, one in enumerate(sections) if one.get("fields") is held), None)
    if place is None or not 0 <= place + step < len(sections):
        raise EditError("Cette question est déjà au bord : elle ne peut aller plus loin.")
    field = held.pop(rank)
    target = sections[place + step].setdefault("fields", [])
    target.insert(0 if step > 0 else len(target), field)
    return made


def _swap(held: list[Any], rank: int, step: int) -> None:
    other = rank + step
    if not 0 <= other < len(held):
        raise EditError("C'est déjà au bord : impossible d'aller plus loin.")
    held[rank], held[other] = held[other], held[rank]


def duplicate(definition: Definition, kind: str, code: str) -> Definition:
    """A copy just after, with codes of its own; a meaning is said by one question only, so the copy has none."""
    made = copy.deepcopy(definition)
    if kind == "section":
        sections = sections_of(made)
        rank = sections.index(section_at(made, code))
        twin = copy.deepcopy(sections[rank])
        twin["code"] = code_for(twin["title"], {one["code"] for one in sections})
        twin["title"] = f"{twin['title'][:150]} (copie)"
        _rename(twin["fields"], codes_of(made))
        sections.insert(rank + 1, twin)
        return made
    held, rank = field_at(made, code)
    twin = copy.deepcopy(held[rank])
    twin["label"] = f"{twin['label'][:290]} (copie)"
    _rename([twin], codes_of(made))
    held.insert(rank + 1, twin)
    return made


def _rename(fields: list[dict[str, Any]], taken: set[str]) -> None:
    """New codes, and conditions among the copies that follow them."""
    renamed: dict[str, str] = {}
    for field in [one for outer in fields for one in (outer, *outer.get("fields", []))]:
        renamed[field["code"]] = code_for(field["code"], taken)
        field["code"] = renamed[field["code"]]
        taken.add(field["code"])
        field.pop("meaning", None)
        if field.get("holder") in renamed:
            field["holder"] = renamed[field["holder"]]
        if field.get("condition"):
            field["condition"] = _following(field["condition"], renamed)


def _following(condition: Any, renamed: dict[str, str]) -> Any:
    if isinstance(condition, list):
        return [_following(one, renamed) for one in condition]
    if not isinstance(condition, dict):
        return condition
    return {
        key: renamed.get(value, value) if key == "field" else _following(value, renamed)
        for key, value in condition.items()
    }


def delete(definition: Definition, kind: str, code: str) -> Definition:
    """Refused while a condition, or an account, names what would go: the message says which questions."""
    made = copy.deepcopy(definition)
    if kind == "section":
        sections = sections_of(made)
        gone = section_at(made, code)
        sections.remove(gone)
        lost = {one["code"] for one in gone.get("fields", [])}
    else:
        held, rank = field_at(made, code)
        lost = {held.pop(rank)["code"]}
    users = [label for label, named in _named(made) if lost & named]
    if users:
        shown = ", ".join(f"« {one} »" for one in users[:3])
        raise EditError(f"D'autres en dépendent ({shown}) : changez d'abord leur condition.")
    return made


def _named(definition: Definition) -> Iterator[tuple[str, set[str]]]:
    for section in definition.get("sections", []):
        yield section["title"], set(fields_of(section.get("condition", {})))
        for field in section.get("fields", []):
            for one in (field, *field.get("fields", [])):
                named = set(fields_of(one.get("condition", {})))
                yield one["label"], named | {one.get("holder") or ""}


def is_simple(condition: Any) -> bool:
    """Whether the builder can show it as a short list of comparisons joined once."""
    if not condition or "field" in condition:
        return True
    parts = condition.get("all", condition.get("any"))
    return (
        isinstance(parts, list)
        and len(condition) == 1
        and len(parts) <= MOST_PARTS
        and all("field" in one for one in parts)
    )
