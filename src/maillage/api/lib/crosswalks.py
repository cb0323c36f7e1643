"""From our codes to those of others: tables kept in `api/data/`, of which only sure lines are used."""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"


def lines(name: str) -> list[dict[str, str]]:
    """Every line of a table, the doubtful ones too."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def data_inclusion() -> dict[tuple[str, str], str]:
    """(our code, field of data·inclusion) → value of its closed list."""
    return {
        (line["code"], line["champ"]): line["valeur"]
        for line in lines("data_inclusion.csv")
        if line["sure"] == "oui"
    }


@cache
def essglobal() -> dict[str, list[tuple[str, str]]]:
    """Our code → (SKOS relation, concept under `http://purl.org/essglobal/standard/`)."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines("essglobal.csv"):
        if line["sure"] == "oui":
            found[line["code"]].append((line["relation"], line["concept"]))
    return dict(found)
