"""The journal: of the whole installation for its host, of a space for its administrators."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from maillage.core import journal
from maillage.core.tabular.writing import csv_chunks
from maillage.portal.exports import AUDIT_COLUMNS, NETWORK, audit_rows
from maillage.portal.forms.audit import HostAuditForm, SpaceAuditForm
from maillage.portal.queries.audit import AuditSearch, all_lines, audit_page
from maillage.spaces.access import allowed
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

CSV_TYPE = "text/csv; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("host.audit")
def host_journal(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """A page of the answer; posted, the whole of it as a file, which the journal notes."""
    form = HostAuditForm(_asked(request))
    search = form.search(reader=cast("User", request.user))
    if request.method == "POST" and search is not None:
        journal.record("journal_exported", request.user, by=request.user, at=timezone.now())
        return _file(search, (*AUDIT_COLUMNS, NETWORK))
    return render(request, "portal/journal.html", _context(request, form, search))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("space.audit")
def space_journal(request: HttpRequest, space: Space) -> HttpResponse | StreamingHttpResponse:
    """As the host's, for this space alone, and without the networks."""
    form = SpaceAuditForm(_asked(request))
    search = form.search(space.pk, reader=cast("User", request.user))
    if request.method == "POST" and search is not None:
        journal.record(
            "journal_exported", space, by=request.user, at=timezone.now(), space_id=space.pk
        )
        return _file(search, AUDIT_COLUMNS)
    return render(request, "portal/manage/journal.html", _context(request, form, search))


def _asked(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _context(
    request: HttpRequest, form: SpaceAuditForm, search: AuditSearch | None
) -> dict[str, Any]:
    asked = request.GET.copy()
    page = (asked.pop("page", None) or ["1"])[-1]
    number = int(page) if page.isdecimal() and len(page) < 5 else 1
    return {
        "form": form,
        "found": None if search is None else audit_page(search, number),
        "asked": any(asked.values()),
        "base": f"?{asked.urlencode()}&page=" if asked else "?page=",
    }


def _file(search: AuditSearch, columns: tuple[Any, ...]) -> StreamingHttpResponse:
    chunks = csv_chunks(audit_rows(all_lines(search)), columns)
    answer = StreamingHttpResponse(chunks, content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="journal-{timezone.localdate()}.csv"'
    return answer
