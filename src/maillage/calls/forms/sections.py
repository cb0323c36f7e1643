"""One page of the form of a file, with its documents and its partners where the form asks for them."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from maillage.calls.forms.editing import Sheet
from maillage.calls.lib.answers import check
from maillage.calls.lib.form import Field, FieldType, Section
from maillage.calls.queries.applicant import Room
from maillage.calls.queries.known import kept_files, lead_of
from maillage.core.hours.reading import PARIS
from maillage.core.uploads.models import Upload
from maillage.moderation.queries.queue import communes_of

_STATES = {
    Upload.State.QUARANTINED: ("careful", "analyse en cours : vous pouvez déposer"),
    Upload.State.INFECTED: ("error", "refusé par l'antivirus : retirez-le"),
    Upload.State.WITHHELD: ("error", "retenu : retirez-le"),
}
_LISTS = frozenset({FieldType.COMMUNE, FieldType.COMMUNES, FieldType.REPEATED})


def drawn_section(
    room: Room, section: Section, values: Mapping[str, Any], *, checks: bool
) -> SafeString:
    """The questions of the page. `checks` says beside each what is wrong; else the page waits to be filled."""
    form = room.content.form
    problems = (
        list(
            check(
                form,
                values,
                files=room.content.counts,
                partners=room.content.others,
                sections=[section.code],
            )
        )
        if checks
        else []
    )
    asks_places = any(one.type in _LISTS for one in section.fields)
    rows = room.content.rows
    sheet = Sheet(
        form=form,
        answers=values,
        problems=problems,
        slots=_slots(room, section),
        extras=_extras(room, section),
        versions={
            one.code: rows[one.code].version if one.code in rows else 0 for one in section.fields
        },
        communes=communes_of(room.application.edition.space) if asks_places else [],
        only=None if room.may_write and room.writable.correction is None else _open(room),
    )
    return sheet.section(section)


def _open(room: Room) -> frozenset[str]:
    """What may be changed: nothing for who only reads, the items of a correction otherwise."""
    if not room.may_write or room.writable.correction is None:
        return frozenset()
    return frozenset(room.writable.correction.items)


def _slots(room: Room, section: Section) -> dict[str, str]:
    files = [one for one in section.fields if one.type == FieldType.FILE]
    kinds = {one.reuse for one in files if one.reuse}
    day = room.now.astimezone(PARIS).date()
    ready = kept_files(lead_of(room.application), kinds, day) if kinds else {}
    slots = {one.code: _file_slot(room, one, ready.get(one.reuse, [])) for one in files}
    for one in section.fields:
        if one.type == FieldType.PARTNERS:
            slots[one.code] = render_to_string(
                "calls/applying/_partners.html",
                {"room": room, "field": one, "partners": room.content.partners},
            )
    return slots


def _file_slot(room: Room, field: Field, ready: list[Any]) -> str:
    here = [one for one in room.content.files if one.code == field.code]
    taken = {one.upload_id for one in here}
    return render_to_string(
        "calls/applying/_files.html",
        {
            "room": room,
            "field": field,
            "files": [(one, _STATES.get(Upload.State(one.upload.state))) for one in here],
            "ready": [one for one in ready if one.upload_id not in taken],
            "may_add": room.may_write
            and room.writable.allows(field.code)
            and len(here) < max(field.max_files, 1),
            "may_change": room.may_write and room.writable.allows(field.code),
            "may_keep": bool(field.reuse) and _has_page(room),
            "accepts": ",".join(f".{one}" for one in field.accepts),
        },
    )


def _has_page(room: Room) -> bool:
    lead = next((one for one in room.content.partners if one.role == "lead"), None)
    return lead is not None and lead.structure_id is not None


def _extras(room: Room, section: Section) -> dict[str, str]:
    """Under an answer that was changed before: the way to its history."""
    shown: dict[str, str] = {}
    for one in section.fields:
        row = room.content.rows.get(one.code)
        if row is not None and row.version > 1:
            shown[one.code] = render_to_string(
                "calls/applying/_before.html", {"room": room, "row": row, "field": one}
            )
    return shown
