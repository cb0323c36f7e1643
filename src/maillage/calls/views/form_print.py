"""« Télécharger tout le formulaire »: the questions as a tagged PDF, before anybody writes."""

from datetime import datetime, time
from functools import lru_cache
from threading import Lock
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.calls.enums import EditionStatus, Stage
from maillage.calls.lib.answer_values import day_in_words
from maillage.calls.lib.burden import burden_of
from maillage.calls.lib.form import form_of
from maillage.calls.lib.form_print import printed
from maillage.calls.models import Edition, FormVersion
from maillage.calls.queries.forms import current_form
from maillage.calls.views.form_base import form_at
from maillage.core.pdf.making import make
from maillage.core.throttle import allows
from maillage.spaces.access import allowed, for_agents
from maillage.spaces.models import Space

_UNPUBLISHED = (EditionStatus.DRAFT, EditionStatus.CHECKING)
_HOURLY, _HOUR = 60, 3600
_FULL = (
    "Beaucoup de documents viennent d'être faits pour votre connexion : réessayez dans une heure."
)
_press = Lock()


@require_safe
@allowed("public.read")
def form_pdf(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    """The frozen form of a published call: the one of its first stage, or the one that `?temps=` names."""
    edition = get_object_or_404(
        Edition.objects.select_related("space").exclude(status__in=_UNPUBLISHED),
        space=space,
        slug=slug,
    )
    first = Stage.PRE if edition.two_stages else Stage.FULL
    stage = request.GET.get("temps", first)
    form = current_form(edition, stage) if stage in Stage.values else None
    if form is None:
        raise Http404
    form.edition = edition
    if not allows(request, "call-form-pdf", times=_HOURLY, seconds=_HOUR):
        answer = HttpResponse(_FULL, status=429, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = str(_HOUR)
        return answer
    return _answer(form, public=True)


@require_safe
@for_agents
def draft_pdf(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    """The form as it stands, published or not."""
    return _answer(form_at(space, edition, stage), public=False)


def _answer(form: FormVersion, *, public: bool) -> HttpResponse:
    content = _made(form.pk, form.edits, form.frozen_at, form.edition.title) or b""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = (
        f'inline; filename="formulaire-{form.edition.slug}-{form.stage}.pdf"'
    )
    answer["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    return answer


@lru_cache(maxsize=16)
def _made(pk: int, edits: int, frozen_at: datetime | None, title: str) -> bytes:
    """Made once for each state of the form."""
    form = FormVersion.objects.select_related("edition__space").get(pk=pk)
    moment = form.frozen_at or form.edited_at or form.created_at
    noon = timezone.make_aware(datetime.combine(timezone.localdate(moment), time(12)))
    with _press:
        return make("calls/form.typ", data_of(form), at=noon)


def data_of(form: FormVersion) -> dict[str, Any]:
    """What the document says."""
    edition = form.edition
    read = form_of(form.definition)
    burden = burden_of(read)
    moment = form.frozen_at or form.edited_at or form.created_at
    state = "" if form.frozen_at else ", en préparation"
    day = day_in_words(timezone.localdate(moment))
    pieces = "aucune pièce" if not burden.documents else f"{burden.documents} pièces à joindre"
    return printed(read) | {
        "title": f"{edition.title} : le formulaire",
        "subtitle": f"{form.get_stage_display().capitalize()}, version {form.number}{state}, du {day}",
        "over": edition.space.name,
        "lead": (
            f"{burden.questions} questions, dont {burden.required} obligatoires, {pieces}. Comptez environ "
            f"{burden.hours}. Ce document sert à préparer vos réponses : elles se déposent en ligne."
        ),
        "foot": f"{edition.title} – formulaire à préparer",
    }
