"""What changes from one version of a form to the next, in French sentences, for agents and for applicants."""

from typing import Any

from maillage.calls.lib.condition_check import in_words
from maillage.calls.lib.form import Field, Form

TYPE_NAMES: dict[str, str] = {
    "text": "texte court",
    "long_text": "texte long",
    "integer": "nombre entier",
    "money": "montant",
    "date": "date",
    "yes_no": "oui ou non",
    "certify": "case à cocher",
    "choice": "un choix",
    "choices": "plusieurs choix",
    "email": "adresse e-mail",
    "phone": "téléphone",
    "url": "adresse web",
    "siret": "SIRET",
    "rna": "RNA",
    "iban": "IBAN",
    "commune": "commune",
    "communes": "communes",
    "budget": "budget équilibré",
    "partners": "partenaires",
    "indicators": "indicateurs",
    "file": "pièce à joindre",
    "repeated": "bloc répété",
    "note": "texte à lire",
}
_SAID = (
    ("help", "l'aide"),
    ("max_length", "la longueur"),
    ("minimum", "le minimum"),
    ("maximum", "le maximum"),
    ("choices", "les réponses proposées"),
    ("accepts", "les fichiers acceptés"),
    ("max_files", "le nombre de pièces"),
    ("max_rows", "le nombre de lignes"),
    ("personal", "la donnée personnelle"),
    ("blind", "ce que cache la lecture sans les noms"),
    ("public", "ce qui est public"),
    ("meaning", "le sens"),
    ("reuse", "la reprise"),
    ("holder", "le titulaire"),
    ("cerfa", "la section du formulaire 12156"),
    ("fields", "les questions du bloc"),
)


def changes(before: Form, after: Form) -> list[str]:
    """One sentence a change, questions taken away first; empty when both ask the same."""
    old = {one.code: one for one in before.fields}
    new = {one.code: one for one in after.fields}
    told = [f"« {old[code].label} » n'est plus demandé." for code in old if code not in new]
    for code, one in new.items():
        if code not in old:
            kind = TYPE_NAMES[one.type]
            needed = "obligatoire" if one.required else "facultatif"
            told.append(f"« {one.label} » est demandé en plus ({kind}, {needed}).")
        else:
            told += _changed(old[code], one, before, after)
    return told + _sections(before, after) + _moved(list(old), list(new))


def _changed(old: Field, new: Field, before: Form, after: Form) -> list[str]:
    told = []
    if old.label != new.label:
        told.append(f"« {old.label} » devient « {new.label} ».")
    if old.type != new.type:
        told.append(
            f"« {new.label} » change de sorte : {TYPE_NAMES[old.type]}, puis {TYPE_NAMES[new.type]}."
        )
    if old.required != new.required:
        told.append(f"« {new.label} » devient {'obligatoire' if new.required else 'facultatif'}.")
    if old.condition != new.condition:
        words = in_words(new.condition, after)
        told.append(f"« {new.label} » est demandé {words or 'à tout le monde'}.")
    differ = [words for name, words in _SAID if _of(old, name) != _of(new, name)]
    if differ:
        told.append(
            f"« {new.label} » : {', '.join(differ)} {'change' if len(differ) == 1 else 'changent'}."
        )
    return told


def _of(field: Field, name: str) -> Any:
    return getattr(field, name)


def _sections(before: Form, after: Form) -> list[str]:
    old = {one.code: one for one in before.sections}
    new = {one.code: one for one in after.sections}
    told = [f"La section « {old[code].title} » disparaît." for code in old if code not in new]
    for code, one in new.items():
        if code not in old:
            told.append(f"La section « {one.title} » s'ajoute.")
        elif old[code].title != one.title:
            told.append(f"La section « {old[code].title} » devient « {one.title} ».")
        if code in old and old[code].intro != one.intro:
            told.append(f"Le texte de la section « {one.title} » change.")
        if code in old and old[code].condition != one.condition:
            words = in_words(one.condition, after)
            told.append(f"La section « {one.title} » est demandée {words or 'à tout le monde'}.")
    return told


def _moved(old: list[str], new: list[str]) -> list[str]:
    both = set(old) & set(new)
    same = [one for one in old if one in both] == [one for one in new if one in both]
    return [] if same else ["L'ordre des questions change."]
