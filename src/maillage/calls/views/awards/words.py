"""Words of letters and agreements: listed, edited, tried on an example or a real file, put back."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.awards.papers import draw, merged_of
from maillage.calls.actions.awards.templates import StaleWords, put_back, save_words
from maillage.calls.enums import PaperKind
from maillage.calls.forms.awards import TemplateForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.merge import MissingValueError, faults_of
from maillage.calls.lib.paper_fields import FIELDS, examples_of, names_of
from maillage.calls.models import Agreement, Application, Edition, Recovery
from maillage.calls.queries.awards import load_edition
from maillage.calls.queries.merging import agreement_values, recovery_values, values_of
from maillage.calls.queries.papers import Words, all_words, row_of, words_of
from maillage.calls.views.awards.common import checked, number_of, pdf, version_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    edition = _edition(request, space)
    words = all_words(space, edition)
    context = {
        "words": [words[kind] for kind in PaperKind.values],
        "edition": edition,
        "query": _query(edition),
        "editions": Edition.objects.filter(space=space).order_by("-year", "-pk")[:100],
    }
    return render(request, "calls/awards/words_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def edit(request: HttpRequest, space: Space, kind: str) -> HttpResponse:
    """The words of one document, with every field that they may hold."""
    if kind not in FIELDS:
        raise Http404
    edition = _edition(request, space)
    shown = words_of(space, edition, kind)
    row = row_of(space, edition, kind)
    initial = {
        name: getattr(shown, name) for name in ("subject", "body", "signatory", "signatory_title")
    }
    form = TemplateForm(request.POST or None, initial=initial)
    problem, theirs = "", None
    if request.method == "POST":
        try:
            save_words(
                space,
                edition,
                kind,
                **checked(form),
                by=cast("User", request.user),
                now=timezone.now(),
                version=version_of(request),
            )
        except StaleWords as stale:
            problem, theirs = str(stale), words_of(space, edition, kind)
            row = stale.row
        except StepRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, f"Modèle « {shown.label} » enregistré.")
            return redirect(reverse("awards:words_edit", args=[space.slug, kind]) + _query(edition))
    context = {
        "words": shown,
        "row": row,
        "version": row.version if row else 0,
        "form": form,
        "places": FIELDS[kind],
        "edition": edition,
        "query": _query(edition),
        "problem": problem,
        "theirs": theirs,
        "files": _examples(request, space, edition),
    }
    return render(request, "calls/awards/words.html", context, status=409 if problem else 200)


@require_POST
@for_agents
def restore(request: HttpRequest, space: Space, kind: str) -> HttpResponse:
    if kind not in FIELDS:
        raise Http404
    edition = _edition(request, space)
    try:
        put_back(
            space,
            edition,
            kind,
            by=cast("User", request.user),
            now=timezone.now(),
            version=version_of(request),
        )
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Le texte d'origine est remis.")
    return redirect(reverse("awards:words_edit", args=[space.slug, kind]) + _query(edition))


@require_POST
@for_agents
def preview(request: HttpRequest, space: Space, kind: str) -> HttpResponse:
    """The PDF of the words on the screen, saved or not: on an example, or on a real file (`dossier`)."""
    if kind not in FIELDS:
        raise Http404
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return _refused(request, "Écrivez un objet et un texte : rien n'est enregistré.")
    typed = Words(kind=kind, **form.cleaned_data)
    wrong = faults_of(f"{typed.subject}\n{typed.body}", names_of(kind))
    if wrong:
        return _refused(request, " ".join(wrong))
    values, application = _values(request, space, kind)
    try:
        merged = merged_of(typed, values, application)
    except MissingValueError as error:
        names = ", ".join(f"« {name} »" for name in error.names)
        return _refused(
            request, f"Ce document ne peut pas être fait pour ce dossier : il manque {names}."
        )
    return pdf(draw(merged, kind, timezone.now()), f"apercu-{kind}.pdf")


def _values(request: HttpRequest, space: Space, kind: str) -> tuple[dict[str, str], Application]:
    """Of the file that was chosen, or made up. A value that the file has not yet is told by its example."""
    now = timezone.now()
    chosen = number_of(request.POST.get("dossier", ""))
    if chosen is None:
        return examples_of(kind) | {"collectivite": space.authority}, Application(
            reference="PROG26-0042"
        )
    application = (
        Application.objects.filter(edition__space=space, number__isnull=False, pk=chosen)
        .reachable_by(request.user)
        .unsealed(now)
        .select_related("edition__space", "edition__programme")
        .prefetch_related("partners")
        .first()
    )
    if application is None:
        raise Http404
    award = application.awards.exclude(status="proposed").order_by("pk").first()
    if award is not None:
        award.application = application
    extra: dict[str, str] = {}
    if kind == PaperKind.AGREEMENT and award is not None:
        known = Agreement.objects.filter(award=award).first() or Agreement(
            award=award, number="aperçu"
        )
        known.award = award
        extra = agreement_values(known)
    recovery = Recovery.objects.filter(award=award).first() if award else None
    if kind == PaperKind.RECOVERY and recovery is not None:
        extra = recovery_values(recovery)
    return values_of(kind, application, award, now=now, extra=extra), application


def _examples(request: HttpRequest, space: Space, edition: Edition | None) -> list[Application]:
    """The latest files deposited, to try the words on."""
    rows = Application.objects.filter(edition__space=space).deposited().unsealed(timezone.now())
    if edition is not None:
        rows = rows.filter(edition=edition)
    return list(rows.reachable_by(request.user).order_by("-deposited_at", "-pk")[:30])


def _edition(request: HttpRequest, space: Space) -> Edition | None:
    """The call whose own words these are, or None for those of the space."""
    asked = request.POST.get("appel") or request.GET.get("appel") or ""
    number = number_of(asked)
    return load_edition(space, number) if number is not None else None


def _query(edition: Edition | None) -> str:
    return f"?appel={edition.pk}" if edition else ""


def _refused(request: HttpRequest, said: str) -> HttpResponse:
    return render(request, "calls/awards/no_preview.html", {"said": said}, status=409)
