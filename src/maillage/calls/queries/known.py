"""« Dites-le-nous une fois »: what the structure, its last file or its first stage already told."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.calls.enums import PartnerRole
from maillage.calls.lib.conditions import is_empty
from maillage.calls.lib.form import Field, FieldType, Form, form_of
from maillage.calls.lib.values import ELSEWHERE
from maillage.calls.models import Application, Edition, KeptFile, Partner
from maillage.structures.models import Structure

# `reuse` paths of a field, and where the value stands.
_OF_STRUCTURE = (
    "name",
    "legal_name",
    "acronym",
    "siren",
    "rna",
    "website",
    "email",
    "phone",
    "typology",
    "description",
)
_OF_SEAT = ("address", "postal_code", "municipality_code")
# Of the project, not of who carries it: never taken from another file.
_NEW_EACH_TIME = frozenset({FieldType.CERTIFY, FieldType.BUDGET, FieldType.INDICATORS})


def lead_of(application: Application) -> Partner | None:
    return (
        Partner.objects.filter(application=application, role=PartnerRole.LEAD)
        .select_related("structure")
        .first()
    )


def known_answers(
    application: Application, *, by: User, resume_from: Application | None = None
) -> dict[str, Any]:
    """Values by code of field: of an older file that is taken again, else of the page and of the last file."""
    form = form_of(application.form.definition)
    lead = lead_of(application)
    found = _from_page(form, lead)
    if resume_from is not None:
        return found | _from_file(form, resume_from, everything=True)
    last = last_file_of(lead, by=by, before=application)
    if last is not None:
        found |= _from_file(form, last, everything=False)
    return found


def _from_page(form: Form, lead: Partner | None) -> dict[str, Any]:
    if lead is None:
        return {}
    told = page_values(lead)
    return {
        field.code: told[field.reuse]
        for field in form.fields
        if field.reuse in told and _fits(field, told[field.reuse])
    }


def page_values(lead: Partner) -> dict[str, Any]:
    """What the page of the structure says, by `reuse` path."""
    told: dict[str, Any] = {
        "structure.name": lead.name,
        "structure.siret": lead.siret,
        "structure.rna": lead.rna,
    }
    structure = lead.structure
    if structure is not None:
        told |= {
            f"structure.{name}": getattr(structure, name) or told.get(f"structure.{name}", "")
            for name in _OF_STRUCTURE
        }
        if structure.created_on:
            told["structure.created_on"] = structure.created_on.isoformat()
        head = structure.establishments.order_by("-is_head_office", "pk").first()
        if head is not None:
            told |= {f"structure.{name}": getattr(head, name) for name in _OF_SEAT}
            told["structure.commune"] = head.municipality_code
    return {path: _json(value) for path, value in told.items() if value}


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value


def _fits(field: Field, value: Any) -> bool:
    if field.type in ELSEWHERE:
        return False
    if field.type == FieldType.CHOICE:
        return value in dict(field.choices)
    return not field.max_length or len(str(value)) <= field.max_length


def _from_file(form: Form, old: Application, *, everything: bool) -> dict[str, Any]:
    """Answers of the same code (a file taken again) or of the same `reuse` (told once)."""
    before = form_of(old.form.definition)
    told = dict(old.answers.filter(stage=old.stage).values_list("code", "value"))
    by_reuse = {
        field.reuse: told[field.code]
        for field in before.fields
        if field.reuse and field.code in told
    }
    found: dict[str, Any] = {}
    for field in form.fields:
        if field.type in ELSEWHERE or field.type == FieldType.CERTIFY:
            continue
        if everything and field.code in told:
            value = told[field.code]
        elif field.type in _NEW_EACH_TIME or field.reuse not in by_reuse:
            continue
        else:
            value = by_reuse[field.reuse]
        if not is_empty(value) and _same_type(form, before, field):
            found[field.code] = value
    return found


def _same_type(_form: Form, before: Form, field: Field) -> bool:
    same = [
        one
        for one in before.fields
        if one.code == field.code or (field.reuse and one.reuse == field.reuse)
    ]
    return any(
        one.type == field.type and set(dict(one.choices)) <= set(dict(field.choices))
        for one in same
    )


def files_of(structure: Structure, *, by: User) -> QuerySet[Application]:
    """Files led by the structure that the person wrote too, the newest first."""
    return (
        Application.objects.written_by(by)
        .filter(partners__structure=structure, partners__role=PartnerRole.LEAD)
        .select_related("edition__space", "form")
        .order_by("-created_at", "-pk")
    )


def last_file_of(lead: Partner | None, *, by: User, before: Application) -> Application | None:
    """The last file of the same structure, that the person may open."""
    if lead is None or lead.structure is None:
        return None
    return files_of(lead.structure, by=by).exclude(pk=before.pk).first()


def earlier_files(edition: Edition, *, by: User) -> list[Application]:
    """Files of the person for the same programme: each may be the start of a new one."""
    return list(
        Application.objects.written_by(by)
        .filter(edition__programme=edition.programme_id, number__isnull=False)
        .exclude(edition=edition)
        .select_related("edition")
        .order_by("-edition__year", "-pk")[:10]
    )


def kept_files(lead: Partner | None, kinds: set[str], today: date) -> dict[str, list[KeptFile]]:
    """Documents of the structure that are ready, by kind; those out of date are left out."""
    if lead is None or lead.structure_id is None or not kinds:
        return {}
    found: dict[str, list[KeptFile]] = {}
    rows = KeptFile.objects.filter(
        structure=lead.structure_id, kind__in=kinds, replaced_at=None
    ).select_related("upload")
    for one in rows:
        if one.valid_until is None or one.valid_until >= today:
            found.setdefault(one.kind, []).append(one)
    return found
