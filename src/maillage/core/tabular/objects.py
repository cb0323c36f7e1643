"""JSON and GeoJSON: lists of objects, their nested parts named with dots."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from maillage.core.tabular.errors import Limits, Problem, TableError, megabytes, thousands
from maillage.core.tabular.origin import Origin
from maillage.core.tabular.text_grid import MARK, text_stream

_DEPTH = 6
_NO_LIST = "Ce fichier JSON ne contient pas de liste de fiches."


def _refuse_constant(name: str) -> None:
    """`NaN` and `Infinity` are not JSON; registers write them for "nothing"."""
    del name


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise TableError(
            f"Ce fichier JSON est abîmé ou coupé ({where or f'ligne {error.lineno}'})."
        ) from error
    except (RecursionError, ValueError) as error:
        raise TableError(
            "Ce fichier JSON n'est pas lisible : il est trop profond ou abîmé."
        ) from error


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "vrai" if value else "faux"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return ", ".join(_scalar(item) for item in value)
    return str(value)


def flatten(value: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """`{"a": {"b": 1}}` gives `a.b`. Lists of plain values are joined with commas."""
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, dict) and inner and depth < _DEPTH:
            yield from flatten(inner, f"{name}.", depth + 1)
        else:
            yield name, _scalar(inner)


def _feature(feature: dict[str, Any]) -> dict[str, Any]:
    """Properties of a GeoJSON feature, with its point as `longitude` and `latitude`."""
    found = dict(feature.get("properties") or {})
    geometry = feature.get("geometry") or {}
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) >= 2:
            prefix = "" if not {"longitude", "latitude"} & set(found) else "geometry."
            found[f"{prefix}longitude"], found[f"{prefix}latitude"] = coordinates[:2]
    return found


def _plain(item: Any) -> dict[str, Any] | None:
    """An object of the list: features and OpenDataSoft records give what they wrap."""
    if not isinstance(item, dict):
        return None
    if item.get("type") == "Feature":
        return _feature(item)
    fields = item.get("fields")
    if isinstance(fields, dict) and (
        "recordid" in item or set(item) <= {"fields", "id", "pk", "model"}
    ):
        return fields
    return item


def _list_in(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        if document.get("type") == "Feature":
            return [document]
        lists = [
            value
            for value in document.values()
            if isinstance(value, list) and any(isinstance(item, dict) for item in value)
        ]
        if lists:
            return max(lists, key=len)
        if any(isinstance(value, list) for value in document.values()):
            return []
    raise TableError(_NO_LIST)


@dataclass
class Objects:
    """Objects of a document held in memory, or of a file with one object a line."""

    origin: Origin
    encoding: str
    limits: Limits
    by_line: bool
    format: str = "json"
    warnings: list[str] = field(default_factory=list)
    done: float = 0.0
    _items: list[Any] | None = None

    def _document(self) -> list[Any]:
        if self._items is None:
            stream, _ = text_stream(self.origin, self.encoding)
            with closing(stream):
                text = stream.read(self.limits.json + 1)
            if len(text) > self.limits.json:
                raise TableError(
                    f"Ce fichier JSON dépasse {megabytes(self.limits.json)} : "
                    "enregistrez-le en CSV, ou avec un objet par ligne."
                )
            if MARK in text:
                raise TableError(
                    "Ce fichier JSON contient des caractères illisibles : il doit être en UTF-8."
                )
            document = _parse(text.lstrip("\ufeff"), "")
            if isinstance(document, dict) and document.get("type") == "FeatureCollection":
                self.format = "geojson"
            self._items = _list_in(document)
        return self._items

    def _by_line(self) -> Iterator[tuple[int, Any]]:
        stream, raw = text_stream(self.origin, self.encoding)
        with closing(stream):
            number = 0
            while line := stream.readline(self.limits.line):
                number += 1
                if len(line) >= self.limits.line:
                    raise TableError(f"La ligne {number} de ce fichier JSON est trop longue.")
                if self.origin.size:
                    self.done = min(1.0, raw.tell() / self.origin.size)
                if line.strip():
                    yield number, _parse(line.lstrip("\ufeff"), f"ligne {number}")

    def objects(self, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
        """Stream `(rank or line, flat object)`; what is not an object is a problem."""
        items = self._by_line() if self.by_line else enumerate(self._document(), 1)
        total = len(self._items or ()) or 1
        for number, item in items:
            plain = _plain(item)
            if plain is None:
                problems.append(
                    Problem(
                        number, "pas-une-fiche", "Cet élément n'est pas une fiche.", str(item)[:120]
                    )
                )
                continue
            if not self.by_line:
                self.done = number / total
            yield number, dict(flatten(plain))
        self.done = 1.0

    def names(self) -> list[str]:
        """Every name met, in order of appearance."""
        found: dict[str, None] = {}
        for _, item in self.objects([]):
            found.update(dict.fromkeys(item))
            if len(found) > self.limits.columns:
                raise TableError(f"Ce tableau a plus de {thousands(self.limits.columns)} colonnes.")
        if not found:
            raise TableError(_NO_LIST)
        return list(found)
