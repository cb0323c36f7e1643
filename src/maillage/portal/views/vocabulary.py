"""Terms and synonyms, shared by every space of the installation."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.portal.actions.vocabulary import save_term
from maillage.portal.forms.taxonomy import SynonymForm, TermForm
from maillage.portal.queries import tables as queries
from maillage.spaces.access import allowed, for_agents
from maillage.spaces.models import Space
from maillage.structures.actions import taxonomy as actions
from maillage.structures.enums import Axis
from maillage.structures.models import Synonym, Term


@require_safe
@for_agents
def vocabulary(request: HttpRequest, space: Space, axis: str = Axis.SECTOR) -> HttpResponse:
    if axis not in Axis.values:
        raise Http404
    context = {
        "axes": queries.axes(),
        "axis": axis,
        "axis_label": Axis(axis).label,
        "terms": queries.terms_of(axis),
    }
    return render(request, "portal/manage/vocabulary.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("vocabulary.keep")
def term(request: HttpRequest, space: Space, axis: str = "", pk: int | None = None) -> HttpResponse:
    known = get_object_or_404(Term, pk=pk) if pk else None
    axis = known.axis if known else axis
    if axis not in Axis.values:
        raise Http404
    form = TermForm(request.POST or None, instance=known, axis=axis)
    if request.method == "POST" and form.is_valid():
        who = {"by": request.user, "now": timezone.now()}
        try:
            if pk:
                stored = get_object_or_404(Term, pk=pk)
                saved = save_term(stored, form.values(), space=space, **who)
            else:
                saved = actions.add_term(axis, form.values(), space_id=space.pk, **who)
        except actions.TaxonomyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"« {saved.label} » est enregistré.")
            return redirect("manage:vocabulary_axis", space.slug, axis)
    context = {"form": form, "term": known, "axis": axis, "axis_label": Axis(axis).label}
    return render(request, "portal/manage/term.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("vocabulary.keep")
def synonyms(request: HttpRequest, space: Space, pk: int | None = None) -> HttpResponse:
    """The groups, with a form that adds one, or changes the one named in the address."""
    known = get_object_or_404(Synonym, pk=pk) if pk else None
    form = SynonymForm(request.POST or None, initial={"words": known.words if known else ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_synonym(
                form.cleaned_data["words"],
                synonym=known,
                by=request.user,
                now=timezone.now(),
                space_id=space.pk,
            )
        except actions.TaxonomyError as error:
            form.add_error("words", str(error))
        else:
            messages.success(request, "Le groupe est enregistré : la recherche le connaît déjà.")
            return redirect("manage:synonyms", space.slug)
    context = {"form": form, "synonym": known, "synonyms": queries.synonyms()}
    return render(request, "portal/manage/synonyms.html", context)


@require_POST
@allowed("vocabulary.keep")
def remove_synonym(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    known = get_object_or_404(Synonym, pk=pk)
    actions.remove_synonym(known, by=request.user, now=timezone.now(), space_id=space.pk)
    messages.success(request, "Le groupe est supprimé.")
    return redirect("manage:synonyms", space.slug)
