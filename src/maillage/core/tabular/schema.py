"""What a table holds, for a machine: a Table Schema (https://specs.frictionlessdata.io/table-schema/)."""

from collections.abc import Iterable
from typing import Any

from maillage.core.tabular.writing import Column

# How `writing.csv_chunks` writes: the dialect that a reader needs beside the schema.
DIALECT = {
    "delimiter": ";",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}


def table_schema(columns: Iterable[Column], *, key: str = "") -> dict[str, Any]:
    """Fields bear the titles of the CSV's header; `rdfType` is left to who knows one. `key`: name of the column that is unique."""
    columns = list(columns)
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = next(column.title for column in columns if column.name == key)
    return schema


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.pattern:
        constraints["pattern"] = column.pattern
    field: dict[str, Any] = {"name": column.title, "title": column.name, "type": column.kind}
    if column.about:
        field["description"] = column.about
    if column.kind == "boolean":
        field |= {"trueValues": ["oui"], "falseValues": ["non"]}
    if constraints:
        field["constraints"] = constraints
    return field
