"""Words that jurors read before a file: each edition may change them (`Edition.reading`), these are what it starts with.

`law` is `{"ref", "text", "on"}`: a text of law is shown with its reference and the day on which it was checked.
"""

from datetime import date
from typing import Any

from maillage.calls.lib.words import long_date

CHARTER = (
    "Je lis chaque dossier en entier, avec les mêmes critères et les mêmes repères pour tous.\n\n"
    "Avant d'ouvrir un dossier, je dis si quelque chose me lie à qui le porte. Dans le doute, je me retire : un autre "
    "juré lit à ma place, et personne ne me demande pourquoi.\n\n"
    "Ce que je lis, ce que j'écris et ce qui se dit en séance reste entre nous. Je ne garde aucune copie.\n\n"
    "Mes notes sont à moi : je ne vois celles des autres qu'après avoir rendu les miennes."
)
LAW = {
    "ref": "Code général des collectivités territoriales, article L2131-11",
    "text": "Une délibération à laquelle a pris part une personne élue intéressée à l'affaire est illégale. Prendre part à "
    "sa préparation, comme la lecture d'un dossier, suffit.",
    "on": "2026-11-21",
}


def charter_of(reading: dict[str, Any]) -> str:
    return str(reading.get("charter") or CHARTER)


def law_of(reading: dict[str, Any]) -> dict[str, str]:
    """Reference, words and day (ISO in `on`, in full in `day`); what the edition says of it goes first."""
    said = reading.get("law") or {}
    held = {**LAW, **{key: str(value) for key, value in said.items() if key in LAW}}
    return held | {"day": long_date(date.fromisoformat(held["on"]))}
