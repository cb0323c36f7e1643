"""Fill the editable tables (perimeter of the ESS, activities, taxonomy, synonyms) from the shipped files."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.db import transaction

from maillage.core import journal
from maillage.structures.lib import Reference, read_reference

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models import Model


Change = tuple["Model", dict[str, list[Any]]]


class Registry(Protocol):
    """What gives models: Django's registry, or the historical one of a migration."""

    def get_model(self, app_label: str, model_name: str) -> Any: ...


@dataclass(slots=True)
class Loaded:
    created: int = 0
    updated: int = 0
    kept: int = 0  # rows a person edited, whose shipped version differs


@transaction.atomic
def load_reference(
    *, by: "AbstractBaseUser | None", now: datetime, reference: Reference | None = None
) -> Loaded:
    """Insert what is missing and refresh the rows nobody edited. Running it twice changes nothing.

    A row counts as edited as soon as the journal or the host's admin log holds a line about it.
    Nothing is deleted: a row that is no longer shipped stays.
    """
    loaded = Loaded()
    changes = insert_reference(apps, reference or read_reference(), loaded, refresh=True)
    for row, change in changes:
        journal.record("load_reference", row, by=by, at=now, changes=change)
    if loaded.created or loaded.updated:
        journal.tick("structures")
    return loaded


def insert_reference(
    registry: Registry, reference: Reference, loaded: Loaded, *, refresh: bool
) -> list[Change]:
    """Write the rows with the models of `registry`; with `refresh`, untouched rows follow the files.

    Returns the rows that were there and changed, with their `{field: [before, after]}`.
    """
    changes: list[Change] = []
    term_model = registry.get_model("structures", "Term")
    roots = [row for row in reference.terms if not row["parent"]]
    children = [row for row in reference.terms if row["parent"]]
    position = {row["code"]: number for number, row in enumerate(reference.terms, start=1)}
    for rows in (roots, children):
        parents = dict(term_model.objects.values_list("code", "pk"))
        wanted = {
            row["code"]: {
                "axis": row["axis"],
                "label": row["label"],
                "definition": row["definition"] or "",
                "parent_id": parents.get(row["parent"]),
                "hue": row["hue"],
                "icon": row["icon"],
                "position": position[row["code"]],
            }
            for row in rows
        }
        changes += _write(term_model, ("code",), wanted, loaded, refresh=refresh)
    sectors = dict(term_model.objects.filter(axis="sector").values_list("code", "pk"))
    activities = {
        (row["nomenclature"], row["code"]): {
            "label": row["label"],
            "excluded": row["excluded"] == "1",
            "sector_id": sectors.get(row["sector"]),
        }
        for row in reference.activities
    }
    activity_model = registry.get_model("structures", "Activity")
    changes += _write(activity_model, ("nomenclature", "code"), activities, loaded, refresh=refresh)
    categories = {
        row["code"]: {key: row[key] for key in ("label", "family", "rule", "note")}
        for row in reference.legal_categories
    }
    category_model = registry.get_model("structures", "LegalCategory")
    changes += _write(category_model, ("code",), categories, loaded, refresh=refresh)
    synonyms: dict[Any, dict[str, Any]] = {words: {} for words in reference.synonyms}
    synonym_model = registry.get_model("structures", "Synonym")
    changes += _write(synonym_model, ("words",), synonyms, loaded, refresh=refresh)
    return changes


def _write(
    model: "type[Model]",
    key: tuple[str, ...],
    wanted: dict[Any, dict[str, Any]],
    loaded: Loaded,
    *,
    refresh: bool,
) -> list[Change]:
    manager = model._default_manager
    known = {tuple(getattr(row, name) for name in key): row for row in manager.all()}
    edited = _edited(model) if refresh else set()
    missing, changes = [], []
    for code, values in wanted.items():
        identity = code if isinstance(code, tuple) else (code,)
        row = known.get(identity)
        if row is None:
            missing.append(model(**dict(zip(key, identity, strict=True)), **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            if not refresh or str(row.pk) in edited:
                loaded.kept += 1
                continue
            changes.append((row, _set(row, values)))
    manager.bulk_create(missing)
    if changes:
        fields = sorted(next(iter(wanted.values())))
        manager.bulk_update([row for row, _ in changes], fields)
    loaded.created += len(missing)
    loaded.updated += len(changes)
    return changes


def _set(row: "Model", values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set the values that differ and say `{field: [before, after]}`."""
    change = {}
    for name, value in values.items():
        if getattr(row, name) != value:
            change[name] = [getattr(row, name), value]
            setattr(row, name, value)
    return change


def _edited(model: "type[Model]") -> set[str]:
    """Primary keys of the rows a person acted upon."""
    label = model._meta.label_lower
    from maillage.core.models import JournalEntry  # noqa: PLC0415  (migrations import this module)

    entries = JournalEntry.objects.filter(subject_type=label).exclude(action="load_reference")
    touched = set(entries.values_list("subject_id", flat=True))
    if apps.is_installed("django.contrib.admin"):
        from django.contrib.admin.models import LogEntry  # noqa: PLC0415  (only when installed)

        app_label, model_name = label.split(".")
        log = LogEntry.objects.filter(
            content_type__app_label=app_label, content_type__model=model_name
        )
        touched |= {str(key) for key in log.values_list("object_id", flat=True)}
    return touched
