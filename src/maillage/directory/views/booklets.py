"""The directory as a document to print: ask for it, see how far it is, take it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core import throttle
from maillage.core.models import Job
from maillage.directory.actions import booklets as actions
from maillage.directory.filters import parse
from maillage.directory.forms import BookletForm
from maillage.directory.lib.booklet import MOST_STRUCTURES
from maillage.directory.models import Booklet
from maillage.directory.queries.page import directory_page
from maillage.directory.tasks.booklet import is_still_true
from maillage.spaces.access import may_here
from maillage.spaces.models import Space

_HOURLY = 6
_SLOW_DOWN = (
    f"Vous avez demandé {_HOURLY} livrets en une heure : attendez un peu avant le prochain. "
    "Ceux que vous avez demandés restent à leur adresse."
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, space: Space) -> HttpResponse:
    """The list is in the address, as on every page of the directory."""
    now = timezone.now()
    filters = parse(request.GET).filters
    manages = may_here(request, "space.manage")
    form = BookletForm(request.POST or None, chooses_title=manages)
    if request.method == "POST" and form.is_valid():
        options, title = form.options, form.cleaned_data.get("title", "")
        try:
            asked = actions.read_demand(space, filters, options, title, now=now)
        except actions.BookletRefusedError as refused:
            form.add_error(None, forms.ValidationError(str(refused)))
        else:
            known = actions.existing(space, asked, now=now)
            if known or manages or throttle.allows(request, "booklet", times=_HOURLY, seconds=3600):
                by = request.user if request.user.is_authenticated else None
                made = known or actions.ask(space, asked, options, title, by=by, now=now)
                return redirect("directory:booklet_one", space.slug, made.key)
            form.add_error(None, forms.ValidationError(_SLOW_DOWN))
    page = directory_page(space, filters, now=now)
    context = {
        "form": form,
        "page": page,
        "most": MOST_STRUCTURES,
        "fits": 0 < page.total <= MOST_STRUCTURES,
    }
    return render(request, "directory/booklet_ask.html", context)


@login_not_required
@require_safe
def one(request: HttpRequest, space: Space, key: str) -> HttpResponse:
    """How far it is, then the file. Asked again by the page itself while it moves."""
    booklet = _booklet(space, key)
    status = booklet.job.status if booklet.job else Job.Status.FAILED
    context = {
        "booklet": booklet,
        "is_ready": booklet.file is not None,
        "is_moving": booklet.file is None and status in {Job.Status.QUEUED, Job.Status.RUNNING},
        "is_waiting": status == Job.Status.QUEUED,
        "is_stale": booklet.file is not None and not is_still_true(booklet, now=timezone.now()),
    }
    part = request.headers.get("HX-Request") == "true"
    name = "directory/_booklet.html" if part else "directory/booklet_one.html"
    return render(request, name, context)


@login_not_required
@require_safe
def file(request: HttpRequest, space: Space, key: str) -> HttpResponseBase:
    """The PDF; back to its page when it tells what may not be told any more."""
    booklet = _booklet(space, key)
    if booklet.file is None or not is_still_true(booklet, now=timezone.now()):
        return redirect("directory:booklet_one", space.slug, key)
    try:
        content = default_storage.open(booklet.file.path)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, content_type="application/pdf", filename=booklet.file.name)
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@login_not_required
@require_POST
def again(request: HttpRequest, space: Space, key: str) -> HttpResponse:
    booklet = _booklet(space, key)
    if throttle.allows(request, "booklet", times=_HOURLY, seconds=3600):
        if actions.try_again(booklet):
            messages.success(request, "Le livret est de nouveau en préparation.")
    else:
        messages.error(request, _SLOW_DOWN)
    return redirect("directory:booklet_one", space.slug, key)


def _booklet(space: Space, key: str) -> Booklet:
    kept = Booklet.objects.filter(space=space, expires_at__gt=timezone.now())
    return get_object_or_404(kept.select_related("space", "job", "file"), key=key)
