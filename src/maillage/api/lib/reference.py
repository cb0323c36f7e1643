"""The OpenAPI document as pages show it: one source for programs and for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

_TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "array": "liste",
    "object": "objet",
    "null": "rien",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`value` fills the field of the form that tries the operation; `example` is for the eye."""

    name: str
    kind: str
    said: str
    required: bool
    example: str
    value: str
    bounds: str


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`url` is a real address; empty when nothing in the installation can fill it."""

    anchor: str
    method: str
    path: str
    summary: str
    said: str
    url: str
    curl: str
    scope: str
    parameters: tuple[Parameter, ...]
    body: tuple[Member, ...]
    members: tuple[Member, ...]
    media_type: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    anchor: str
    operations: tuple[Operation, ...]


def sections(
    schema: Mapping[str, Any], *, known: Mapping[str, str], base_url: str
) -> list[Section]:
    """In the order of the document; `known` fills the parameters of paths with real values."""
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            title = (operation.get("tags") or ["Divers"])[0]
            made = _operation(schema, path, method, operation, known, base_url)
            found.setdefault(title, []).append(made)
    return [
        Section(title, f"partie-{number}", tuple(operations))
        for number, (title, operations) in enumerate(found.items(), start=1)
    ]


def _operation(
    schema: Mapping[str, Any],
    path: str,
    method: str,
    operation: Mapping[str, Any],
    known: Mapping[str, str],
    base_url: str,
) -> Operation:
    wanted = [one for one in operation.get("parameters", ()) if one["in"] == "path"]
    filled = path
    for one in wanted:
        if one["name"] in known:
            filled = filled.replace(f"{{{one['name']}}}", known[one["name"]])
    url = "" if "{" in filled else f"{base_url}{filled}"
    reading = method == "get"
    success = next((code for code in operation["responses"] if str(code).startswith("2")), "200")
    content = operation["responses"].get(success, {}).get("content", {})
    media_type = next(iter(content), "")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    query = [one for one in operation.get("parameters", ()) if one["in"] != "path"]
    return Operation(
        anchor=f"op-{operation['operationId']}"[:120],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        said=operation.get("description", ""),
        url=url,
        curl=_curl(method, url or f"{base_url}{path}", query, body),
        scope="" if reading else str(operation.get("x-scope", "")),
        parameters=tuple(_parameter(one) for one in query),
        body=_members(schema, body.get("schema", {})),
        members=_members(schema, content.get(media_type, {}).get("schema", {})),
        media_type=media_type,
        statuses=tuple(str(code) for code in operation["responses"]),
    )


def _curl(method: str, url: str, query: list[Any], body: Mapping[str, Any]) -> str:
    if method == "get":
        some = next((one for one in query if one["name"] in {"page_size", "limit"}), None)
        told = urlencode({some["name"]: 5}) if some else ""
        return f"curl '{url}{'?' + told if told else ''}'"
    lines = [
        f"curl -X {method.upper()} '{url}'",
        "-H 'Authorization: Bearer VOTRE_CLE'",
        "-H 'Content-Type: application/json'",
    ]
    if method == "post":
        lines.append("-H 'Idempotency-Key: 7b1c0d9e'")
    return " \\\n  ".join([*lines, "-d '{…}'"])


def _parameter(one: Mapping[str, Any]) -> Parameter:
    schema = one["schema"]
    example = one.get("example", schema.get("example", ""))
    default = schema.get("default", "")
    limits = [
        f"{word} {schema[name]}"
        for name, word in (("minimum", "au moins"), ("maximum", "au plus"))
        if name in schema
    ]
    return Parameter(
        name=one["name"],
        kind=_kind(schema),
        said=one.get("description", schema.get("description", "")),
        required=bool(one.get("required")),
        example=str(example[0] if isinstance(example, list) and example else example or ""),
        value="" if default in ([], None) else str(default),
        bounds=", ".join(limits),
    )


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = part.get("$ref", "")
    if not reference:
        return part
    found: Mapping[str, Any] = schema["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _members(schema: Mapping[str, Any], part: Mapping[str, Any]) -> tuple[Member, ...]:
    properties = _resolved(schema, part).get("properties", {})
    return tuple(
        Member(name, _kind(one), one.get("description", "")) for name, one in properties.items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        kinds = dict.fromkeys(_kind(one) for one in schema["anyOf"])
        return " ou ".join(kinds)
    if "$ref" in schema:
        return "objet"
    kind = _TYPES.get(str(schema.get("type", "")), "valeur")
    if "enum" in schema:
        return f"{kind} : {', '.join(map(str, schema['enum']))}"
    return kind
