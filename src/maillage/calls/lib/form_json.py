"""A definition in a file: to keep it, to give it to another authority, to bring it back."""

import json
from typing import Any

from maillage.calls.lib.form_check import check_definition

FORMAT = "maillage-formulaire"
LONGEST = 400_000


class FormFileError(Exception):
    """The file is no form. The message is one French sentence."""


def written(definition: dict[str, Any], title: str) -> str:
    said = {"format": FORMAT, "version": 1, "title": title, "definition": definition}
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def read_form(content: str | bytes) -> dict[str, Any]:
    """The definition in a file that `written` made, or bare. Raises `FormFileError`."""
    if len(content) > LONGEST:
        raise FormFileError("Ce fichier est trop gros pour un formulaire (400 Ko au plus).")
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise FormFileError("Ce fichier n'est pas un formulaire : ce n'est pas du JSON.") from None
    if isinstance(said, dict) and said.get("format") == FORMAT:
        said = said.get("definition")
    if not isinstance(said, dict) or "sections" not in said:
        raise FormFileError("Ce fichier n'est pas un formulaire : il n'a pas de sections.")
    flaws = check_definition(said)
    if flaws:
        where = f" (question « {flaws[0].field} »)" if flaws[0].field else ""
        raise FormFileError(f"Ce formulaire ne peut être repris{where} : {flaws[0].message}")
    return said
