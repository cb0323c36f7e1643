"""« Mes candidatures », and beginning one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.calls.actions.beginning import AlreadyBegunError, begin, first_stage
from maillage.calls.enums import EditionStatus
from maillage.calls.forms.applying import BeginForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.window import window_of
from maillage.calls.models import Edition
from maillage.calls.queries.applicant import mine
from maillage.calls.queries.known import earlier_files
from maillage.calls.views.applying_doors import person
from maillage.spaces.models import Space
from maillage.structures.queries.people import structures_of

_UNSEEN = (EditionStatus.DRAFT, EditionStatus.CHECKING)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    cards = mine(person(request), timezone.now())
    return render(request, "calls/applying/list.html", {"cards": cards})


@require_http_methods(["GET", "HEAD", "POST"])
def begin_one(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    """Choose the structure; one that the person already writes for is opened again."""
    now = timezone.now()
    edition = (
        Edition.objects.select_related("space", "programme")
        .filter(space=space, slug=slug)
        .exclude(status__in=_UNSEEN)
        .first()
    )
    if edition is None:
        raise Http404
    me = person(request)
    form = BeginForm(
        request.POST or None,
        structures=[one.structure for one in structures_of(me)["memberships"]],
        earlier=earlier_files(edition, by=me),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = begin(edition, by=me, now=now, **form.values())
        except AlreadyBegunError as known:
            messages.info(request, "Vous écrivez déjà cette candidature : la voici.")
            return redirect("applications:one", known.application.pk)
        except StepRefused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            for name, said in error.message_dict.items():
                form.add_error(name, said)
        else:
            messages.success(
                request, "Votre candidature est commencée : chaque réponse est gardée à mesure."
            )
            return redirect("applications:one", made.pk)
    if form.errors:
        status = 422
    window = window_of(edition, first_stage(edition))
    context = {
        "form": form,
        "edition": edition,
        "window": window,
        "is_over": window.until is None or now >= window.until,
        "is_early": window.opens_at is not None and now < window.opens_at,
    }
    return render(request, "calls/applying/begin.html", context, status=status)
