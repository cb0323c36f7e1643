"""What the public may read and ask about their data, and write to the space."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core.tabular.writing import CSV_TYPE, csv_chunks
from maillage.core.throttle import allows
from maillage.directory.queries.memory import current
from maillage.portal.actions.contact import ContactError, send_contact
from maillage.portal.actions.rights import ask_right
from maillage.portal.forms.privacy import ContactForm, RightForm
from maillage.portal.queries import home as home_queries
from maillage.portal.queries.cookies import cookies
from maillage.portal.queries.register import COLUMNS, register_of, register_rows
from maillage.spaces.models import LegalInformation, Space

_TOO_OFTEN = "Vous avez envoyé plusieurs messages en peu de temps : réessayez dans une heure."


@login_not_required
@require_safe
def personal_data(request: HttpRequest, space: Space) -> HttpResponse:
    legal = LegalInformation.objects.filter(space=space).first() or LegalInformation(space=space)
    context = {"register": register_of(space), "legal": legal, "cookies": cookies()}
    return render(request, "portal/privacy/personal_data.html", context)


@login_not_required
@require_safe
def register_csv(request: HttpRequest, space: Space) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(csv_chunks(register_rows(space), COLUMNS), content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="registre-{space.slug}.csv"'
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, space: Space) -> HttpResponse:
    """Ask without an account. `page` of the address fills the form: pages of the directory link here."""
    form = RightForm(request.POST or None, initial={"page": request.GET.get("page", "")[:300]})
    if request.method == "POST" and form.is_valid():
        if not form.is_trapped:
            if not allows(request, "rights", times=5, seconds=3600):
                form.add_error(None, _TOO_OFTEN)
                return render(request, "portal/privacy/ask.html", {"form": form}, status=429)
            asked = {name: form.cleaned_data[name] for name in ("page", "reason", "email")}
            ask_right(space, form.cleaned_data["right"], **asked, now=timezone.now())
        return redirect("privacy:asked", space.slug)
    return render(request, "portal/privacy/ask.html", {"form": form})


@login_not_required
@require_safe
def asked(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "portal/privacy/asked.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, space: Space) -> HttpResponse:
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not form.is_trapped:
            if not allows(request, "contact", times=5, seconds=3600):
                form.add_error(None, _TOO_OFTEN)
                return render(request, "portal/privacy/contact.html", {"form": form}, status=429)
            told = {name: form.cleaned_data[name] for name in ("name", "email", "topic", "message")}
            try:
                send_contact(space, **told, now=timezone.now())
            except ContactError as error:
                form.add_error(None, str(error))
                return render(request, "portal/privacy/contact.html", {"form": form})
        return redirect("privacy:contacted", space.slug)
    return render(request, "portal/privacy/contact.html", {"form": form})


@login_not_required
@require_safe
def contacted(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "portal/privacy/contacted.html")


@login_not_required
@require_safe
def site_map(request: HttpRequest, space: Space) -> HttpResponse:
    snapshot = current(space, timezone.now())
    context = {
        "sectors": home_queries.sector_counts(snapshot),
        "communes": home_queries.commune_counts(space, snapshot),
    }
    return render(request, "portal/privacy/site_map.html", context)
