"""Published figures that agents keep, and dated snapshots."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core.tabular.reading import TableError
from maillage.observatory.actions.figure_files import keep_file, kept_file
from maillage.observatory.actions.figures import (
    FigureRefusedError,
    apply_reading,
    change_figure,
    counts_of,
    enter_figure,
    plan_of,
    remove_figure,
    undo_batch,
)
from maillage.observatory.actions.snapshots import SnapshotRefusedError, take_snapshot
from maillage.observatory.connectors.table import COLUMNS
from maillage.observatory.enums import Confidence, Indicator, PlaceKind
from maillage.observatory.forms.figures import FigureForm, FiguresFileForm, SnapshotForm
from maillage.observatory.models import FigureBatch, SourcedFigure
from maillage.observatory.queries.snapshots import snapshots_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_PER_PAGE = 30
_SHOWN = 50


@require_safe
@for_agents
def figure_list(request: HttpRequest, space: Space) -> HttpResponse:
    figures = SourcedFigure.objects.filter(space=space).select_related("batch", "entered_by")
    context = {
        "page": Paginator(figures, _PER_PAGE).get_page(request.GET.get("page")),
        "batches": FigureBatch.objects.filter(space=space).select_related("by")[:10],
    }
    return render(request, "observatory/manage_figures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def enter(request: HttpRequest, space: Space) -> HttpResponse:
    initial = {"place_kind": PlaceKind.SPACE, "confidence": Confidence.PUBLISHED}
    form = FigureForm(request.POST or None, space=space, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            enter_figure(space, form.draft(), by=request.user, now=timezone.now())
        except FigureRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le chiffre est enregistré : il se lit sur l'observatoire.")
            return redirect("figures:list", space.slug)
    status = 422 if form.errors else 200
    return render(request, "observatory/figure_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def edit(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    figure = get_object_or_404(SourcedFigure, space=space, pk=pk)
    held = SourcedFigure.objects.get(pk=figure.pk)  # the form writes on the one it is given
    form = FigureForm(request.POST or None, space=space, instance=held)
    if request.method == "POST" and form.is_valid():
        try:
            change_figure(figure, form.draft(), by=request.user, now=timezone.now())
        except FigureRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le chiffre est modifié.")
            return redirect("figures:list", space.slug)
    context = {"form": form, "figure": figure}
    status = 422 if form.errors else 200
    return render(request, "observatory/figure_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def remove(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    figure = get_object_or_404(SourcedFigure, space=space, pk=pk)
    if request.method == "POST":
        remove_figure(figure, by=request.user, now=timezone.now())
        messages.success(request, "Le chiffre est retiré.")
        return redirect("figures:list", space.slug)
    return render(request, "observatory/figure_remove.html", {"figure": figure})


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def upload(request: HttpRequest, space: Space) -> HttpResponse:
    sent = request.method == "POST"
    form = FiguresFileForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            kept = keep_file(
                space, said["file"], connector=said["connector"], today=timezone.localdate()
            )
        except TableError as error:
            form.add_error("file", str(error))
        else:
            return redirect("figures:preview", space.slug, kept.key)
    columns = [(names[0].replace("_", " "), field) for field, names in COLUMNS.items()]
    context = {"form": form, "columns": columns}
    status = 422 if form.errors else 200
    return render(request, "observatory/figures_upload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def preview(request: HttpRequest, space: Space, key: str) -> HttpResponse:
    """GET is the dry run; POST applies what the file says then."""
    kept = kept_file(space, key)
    if kept is None:
        raise Http404
    try:
        reading = kept.read(space, today=timezone.localdate())
    except TableError as error:
        messages.error(request, str(error))
        return redirect("figures:upload", space.slug)
    if request.method == "POST":
        batch = apply_reading(
            space,
            reading,
            connector=kept.connector,
            file_name=kept.name,
            file_hash=hashlib.sha256(kept.path.read_bytes()).hexdigest(),
            by=request.user,
            now=timezone.now(),
        )
        if batch is None:
            messages.info(request, "Ce fichier ne change rien : tout y est déjà.")
            return redirect("figures:list", space.slug)
        messages.success(request, "Les chiffres sont enregistrés.")
        return redirect("figures:batch", space.slug, batch.pk)
    plan = plan_of(space, reading.drafts)
    context = {
        "file": kept,
        "plan": plan,
        "counts": counts_of(plan, reading),
        "shown": [(one, Indicator(one.indicator).label) for one in plan.created[:_SHOWN]],
        "updated": plan.updated[:_SHOWN],
        "kept": plan.kept[:_SHOWN],
        "refused": reading.refused[:_SHOWN],
        "warnings": reading.warnings,
        "most": _SHOWN,
    }
    return render(request, "observatory/figures_preview.html", context)


@require_safe
@for_agents
def batch(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    found = get_object_or_404(FigureBatch.objects.select_related("by"), space=space, pk=pk)
    context = {"batch": found, "refused": found.report.get("refusals", [])[:_SHOWN]}
    return render(request, "observatory/figures_batch.html", context)


@require_POST
@for_agents
def undo(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    found = get_object_or_404(FigureBatch, space=space, pk=pk)
    try:
        undone = undo_batch(found, by=request.user, now=timezone.now())
    except FigureRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"Fichier annulé : {undone['deleted']} chiffres retirés, {undone['restored']} remis, "
            f"{undone['skipped']} laissés car modifiés depuis.",
        )
    return redirect("figures:batch", space.slug, found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def snapshots(request: HttpRequest, space: Space) -> HttpResponse:
    form = SnapshotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            take_snapshot(space, by=request.user, now=timezone.now(), note=note)
        except SnapshotRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le relevé est pris.")
            return redirect("figures:snapshots", space.slug)
    page = Paginator(snapshots_of(space), _PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    status = 422 if form.errors else 200
    return render(request, "observatory/snapshots.html", context, status=status)
