"""What the pages of awards share: the version that was read, refusals as one sentence, files to take away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from maillage.calls.lib.machine import StepRefused
from maillage.core.models import Upload
from maillage.core.tabular.writing import (
    CSV_TYPE,
    XLSX_TYPE,
    Column,
    Row,
    csv_chunks,
    xlsx_file,
)
from maillage.core.uploads.kinds import UploadRefusedError
from maillage.core.views import answer_file


def version_of(request: HttpRequest) -> int:
    """The version that was read; an absent or absurd one is never the present one."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def number_of(text: str) -> int | None:
    """A key typed in an address or a form, when it may be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def first_error(form: Form) -> str:
    """The first fault of a small form, in one sentence that names its field."""
    for name, faults in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        return f"{label} : {faults[0]}" if label else str(faults[0])
    return ""


def attempt(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do it and say so; refused, say why. Nothing else happens."""
    try:
        said = act()
    except (StepRefused, UploadRefusedError) as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, said)
    return True


def checked(form: Form) -> dict[str, Any]:
    """What a small form holds. Raises StepRefused with its first fault."""
    if not form.is_valid():
        raise StepRefused(first_error(form))
    return form.cleaned_data


def table(kind: str, rows: Any, columns: tuple[Column, ...], name: str, title: str) -> HttpResponse:
    """CSV as a stream, or a workbook when `kind` is `xlsx`."""
    rows_of: list[Row] | Any = rows
    if kind == "xlsx":
        file = xlsx_file(rows_of, columns, title=title)
        return FileResponse(  # type: ignore[return-value]
            file, content_type=XLSX_TYPE, as_attachment=True, filename=f"{name}.xlsx"
        )
    return StreamingHttpResponse(  # type: ignore[return-value]
        csv_chunks(rows_of, columns),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def file_or_wait(request: HttpRequest, kept: Upload | None, back: str) -> HttpResponse:
    """The private file, once the person was found to have a right to it; a sentence while it is not there yet."""
    if kept is None or kept.state != Upload.State.CLEAN:
        said = "Ce document se prépare, ou son analyse n'est pas finie : revenez dans un instant."
        messages.info(request, said)
        return redirect(back)
    return answer_file(kept)  # type: ignore[return-value]


def pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
