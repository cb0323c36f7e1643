"""Whether a definition is a form: what `form_of` will read, and what an applicant can answer.

A definition comes from the builder, from a file somebody sends, or from another edition: anything may be in it.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from maillage.calls.lib.answer_values import SIMPLE
from maillage.calls.lib.condition_check import check_condition
from maillage.calls.lib.conditions import number_of
from maillage.calls.lib.form import MEANINGS, Field, FieldType
from maillage.core.uploads.kinds import DOCUMENTS, IMAGES

MOST_SECTIONS, MOST_FIELDS, MOST_CHOICES, MOST_INNER = 30, 200, 300, 15
LONGEST = {"label": 300, "title": 160, "help": 2000, "intro": 4000, "reuse": 60}
MOST_ROWS, MOST_FILES = 50, 20
CODE = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")
# What we recognise by its content (`core/uploads/kinds.py`).
EXTENSIONS = tuple(sorted(IMAGES | DOCUMENTS))
TYPES = frozenset(FieldType)
# Types whose answer may fill the column of the same name.
MEANT: dict[str, frozenset[str]] = {
    "title": frozenset({"text"}),
    "summary": frozenset({"text", "long_text"}),
    "theme": frozenset({"choice"}),
    "requested": frozenset({"money"}),
    "total_cost": frozenset({"money"}),
    "starts_on": frozenset({"date"}),
    "ends_on": frozenset({"date"}),
    "places": frozenset({"commune", "communes"}),
    "typology": frozenset({"choice"}),
    "audiences": frozenset({"choices", "choice"}),
}
_CHOSEN = frozenset({"choice", "choices"})
_COUNTED = frozenset({"integer", "money", "choices", "communes"})
_KNOWN = frozenset(one.name for one in dataclasses.fields(Field))
_KNOWN_OF_SECTION = frozenset({"code", "title", "intro", "condition", "fields"})
_YES_OR_NO = ("required", "personal", "blind", "public")
_WORDS = ("label", "help", "meaning", "reuse", "holder", "minimum", "maximum")


@dataclasses.dataclass(frozen=True)
class Flaw:
    """One French sentence about a section, or about a field of it (`field` empty: the section itself)."""

    section: str
    field: str
    message: str


@dataclasses.dataclass
class _Seen:
    sections: set[str]
    fields: dict[str, Mapping[str, Any]]
    meanings: set[str]


def check_definition(definition: Any, *, to_publish: bool = False) -> list[Flaw]:
    """Nothing when it is a form. `to_publish` also refuses what a form being written may still lack."""
    if not isinstance(definition, Mapping) or not isinstance(definition.get("sections", []), list):
        return [Flaw("", "", "Ce n'est pas un formulaire : il faut une liste de sections.")]
    if set(definition) - {"sections"}:
        return [Flaw("", "", "Un formulaire n'a que des sections.")]
    sections = definition.get("sections", [])
    if len(sections) > MOST_SECTIONS:
        return [Flaw("", "", f"Un formulaire a au plus {MOST_SECTIONS} sections.")]
    seen = _Seen(set(), {}, set())
    flaws = [flaw for one in sections for flaw in _section(one, seen, to_publish=to_publish)]
    flaws += _holders(sections, seen)
    if len(seen.fields) > MOST_FIELDS:
        flaws.append(Flaw("", "", f"Un formulaire a au plus {MOST_FIELDS} questions."))
    if to_publish and not seen.fields:
        flaws.append(Flaw("", "", "Le formulaire n'a aucune question."))
    return flaws


def _section(raw: Any, seen: _Seen, *, to_publish: bool) -> Iterator[Flaw]:
    if not isinstance(raw, Mapping):
        yield Flaw("", "", "Une section n'a pas la forme attendue.")
        return
    code = raw.get("code")
    if not isinstance(code, str) or not CODE.match(code):
        yield Flaw("", "", f"Le code de section {_quoted(code)} n'est pas valable.")
        return
    if code in seen.sections:
        yield Flaw(code, "", f"Deux sections ont le code « {code} ».")
        return
    seen.sections.add(code)
    for key in sorted(map(str, set(raw) - _KNOWN_OF_SECTION)):
        yield Flaw(code, "", f"La propriété {_quoted(key)} d'une section n'existe pas.")
    yield from _words(raw, ("title", "intro"), code, "")
    if not _filled(raw.get("title")):
        yield Flaw(code, "", "Donnez un titre à cette section.")
    for message in check_condition(raw.get("condition", {}), seen.fields):
        yield Flaw(code, "", message)
    fields = raw.get("fields", [])
    if not isinstance(fields, list):
        yield Flaw(code, "", "Les questions d'une section sont une liste.")
        return
    if to_publish and not fields:
        yield Flaw(code, "", "Cette section est vide : ajoutez une question, ou supprimez-la.")
    for one in fields[: MOST_FIELDS + 1]:
        yield from _field(one, code, seen)


def _field(raw: Any, section: str, seen: _Seen) -> Iterator[Flaw]:
    code = raw.get("code") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(code, str) or not CODE.match(code):
        yield Flaw(section, "", f"Le code de question {_quoted(code)} n'est pas valable.")
        return
    if code in seen.fields:
        yield Flaw(section, code, f"Deux questions ont le code « {code} ».")
        return
    before = dict(seen.fields)
    seen.fields[code] = raw
    for message in _shape(raw):
        yield Flaw(section, code, message)
    if not _is_type(raw.get("type")):
        return
    for message in [*check_condition(raw.get("condition", {}), before), *_limits(raw)]:
        yield Flaw(section, code, message)
    for message in _meaning(raw, seen):
        yield Flaw(section, code, message)
    for message in _inner(raw, before):
        yield Flaw(section, code, message)


def _shape(raw: Mapping[str, Any]) -> Iterator[str]:
    """The right keys, and the right kind of value in each."""
    for key in sorted(map(str, set(raw) - _KNOWN)):
        yield f"La propriété {_quoted(key)} d'une question n'existe pas."
    if not _is_type(raw.get("type")):
        yield f"Le type {_quoted(raw.get('type'))} n'existe pas."
    if not _filled(raw.get("label")):
        yield "Écrivez la question."
    for flaw in _words(raw, _WORDS, "", ""):
        yield flaw.message
    yield from _settings(raw)
    yield from _choices(raw)


def _settings(raw: Mapping[str, Any]) -> Iterator[str]:
    for key in _YES_OR_NO:
        if not isinstance(raw.get(key, False), bool):
            yield f"« {key} » se dit par vrai ou faux."
    for key, most in (("max_files", MOST_FILES), ("max_rows", MOST_ROWS)):
        if not _whole(raw.get(key, 1), 1, most):
            yield f"« {key} » va de 1 à {most}."
    if raw.get("max_length") is not None and not _whole(raw["max_length"], 1, 10_000):
        yield "La longueur va de 1 à 10 000 caractères."
    if raw.get("cerfa") is not None and not _whole(raw["cerfa"], 1, 7):
        yield "La section du formulaire 12156 va de 1 à 7."
    accepts = raw.get("accepts", [])
    if not isinstance(accepts, list) or any(one not in EXTENSIONS for one in accepts):
        yield f"Les fichiers acceptés se choisissent parmi : {', '.join(EXTENSIONS)}."


def _choices(raw: Mapping[str, Any]) -> Iterator[str]:
    choices = raw.get("choices", [])
    if not isinstance(choices, list) or not all(_is_choice(one) for one in choices):
        yield "Les réponses proposées sont une liste de couples code et libellé."
        return
    is_chosen = raw.get("type") in tuple(_CHOSEN)
    if is_chosen and not choices:
        yield "Écrivez les réponses proposées."
    if not is_chosen and choices:
        yield "Seule une question à choix propose des réponses."
    if len(choices) > MOST_CHOICES:
        yield f"Une question propose au plus {MOST_CHOICES} réponses."
    codes = [one[0] for one in choices]
    if len(set(codes)) != len(codes):
        yield "Deux réponses proposées ont le même code."


def _is_choice(one: Any) -> bool:
    return (
        isinstance(one, list | tuple)
        and len(one) == 2
        and all(isinstance(part, str) and len(part.strip()) > 0 for part in one)
        and len(one[0]) <= 40
        and len(one[1]) <= 200
    )


def _limits(raw: Mapping[str, Any]) -> Iterator[str]:
    low, high = raw.get("minimum", ""), raw.get("maximum", "")
    if not (low or high) or not isinstance(low, str) or not isinstance(high, str):
        return
    kind = raw["type"]
    if kind == FieldType.DATE:
        if not (_is_day(low) and _is_day(high)):
            yield "Les limites d'une date s'écrivent année-mois-jour, comme 2026-12-31."
        elif low and high and low > high:
            yield "Le minimum dépasse le maximum."
        return
    if kind not in _COUNTED:
        yield "Ce type de question n'a ni minimum ni maximum."
        return
    numbers = [number_of(one) if one else None for one in (low, high)]
    if any(one and number is None for one, number in zip((low, high), numbers, strict=True)):
        yield "Les limites sont des nombres, comme 1500 ou 1500.50."
    elif numbers[0] is not None and numbers[1] is not None and numbers[0] > numbers[1]:
        yield "Le minimum dépasse le maximum."


def _meaning(raw: Mapping[str, Any], seen: _Seen) -> Iterator[str]:
    name = raw.get("meaning", "")
    if not isinstance(name, str) or not name:
        return
    if name not in MEANINGS:
        yield f"Le sens {_quoted(name)} n'existe pas."
        return
    if name in seen.meanings:
        yield f"Deux questions disent « {name} » : une seule le peut."
    seen.meanings.add(name)
    if raw["type"] not in MEANT[name]:
        yield f"Une question de ce type ne peut dire « {name} »."
    listed = raw.get("choices") if isinstance(raw.get("choices"), list) else []
    if name == "typology" and any(_is_choice(one) and len(one[0]) > 16 for one in listed or ()):
        yield "Les codes des typologies ont 16 caractères au plus."
    most = {"title": 200, "summary": 1500}.get(name)
    if most and _whole(raw.get("max_length"), most + 1, 10_000):
        yield f"Cette réponse, recopiée dans les listes, a {most} caractères au plus."


def _inner(raw: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    fields = raw.get("fields", [])
    if raw["type"] != FieldType.REPEATED:
        if fields != []:
            yield "Seul un bloc répété contient des questions."
        return
    if not isinstance(fields, list) or not 1 <= len(fields) <= MOST_INNER:
        yield f"Un bloc répété contient de 1 à {MOST_INNER} questions."
        return
    seen = dict(before)
    for one in fields:
        code = one.get("code") if isinstance(one, Mapping) else None
        if not isinstance(one, Mapping) or not isinstance(code, str) or not CODE.match(code):
            yield f"Dans le bloc, le code de question {_quoted(code)} n'est pas valable."
            continue
        if code in seen:
            yield f"Deux questions ont le code « {code} »."
        for message in _inner_one(one, seen):
            yield f"Dans le bloc, « {code} » : {message}"
        seen[code] = one


def _inner_one(one: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[str]:
    yield from _shape(one)
    if not _is_type(one.get("type")):
        return
    if FieldType(one["type"]) not in SIMPLE:
        yield "un bloc répété ne contient ni tableau, ni pièce, ni note."
    if any(one.get(key) for key in ("meaning", "holder", "reuse")):
        yield "une question d'un bloc n'a ni sens, ni reprise."
    yield from check_condition(one.get("condition", {}), seen)
    yield from _limits(one)


def _holders(sections: list[Any], seen: _Seen) -> Iterator[Flaw]:
    for section in sections:
        fields = section.get("fields") if isinstance(section, Mapping) else None
        for raw in fields if isinstance(fields, list) else []:
            holder = raw.get("holder") if isinstance(raw, Mapping) else None
            if not holder:
                continue
            named = seen.fields.get(holder) if isinstance(holder, str) else None
            if raw.get("type") != FieldType.IBAN or not named or named.get("type") != "text":
                yield Flaw(
                    str(section.get("code")),
                    str(raw.get("code")),
                    "Le titulaire d'un compte est une question de texte du même formulaire.",
                )


def _words(
    raw: Mapping[str, Any], keys: tuple[str, ...], section: str, field: str
) -> Iterator[Flaw]:
    for key in keys:
        value, longest = raw.get(key, ""), LONGEST.get(key, 60)
        if not isinstance(value, str):
            yield Flaw(section, field, f"« {key} » est un texte.")
        elif len(value) > longest:
            yield Flaw(section, field, f"« {key} » a {longest} caractères au plus.")
        elif "\x00" in value:
            yield Flaw(section, field, f"« {key} » contient un caractère interdit.")


def _is_type(value: Any) -> bool:
    return isinstance(value, str) and value in TYPES


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_day(value: str) -> bool:
    try:
        return not value or bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def _quoted(value: Any) -> str:
    shown = str(value) if isinstance(value, str | int) else type(value).__name__
    return f"« {shown[:40]} »"
