"""One working file: each act is a POST that comes back to it; refused, it shows what was typed."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from maillage.moderation.queries.scope import agents_of, structures_of
from maillage.moderation.queries.similar import search_structures
from maillage.observatory.actions import files as actions
from maillage.observatory.forms.files import FollowForm, NoteForm, StepForm
from maillage.observatory.models import WorkingFile
from maillage.observatory.queries.files import layers_of, load_file, notes_of, structures_of_file
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.models import Structure

if TYPE_CHECKING:
    from maillage.accounts.models import User


@require_safe
@for_agents
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _show(request, space, load_file(space, pk, today=timezone.localdate()))


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    file = load_file(space, pk, today=timezone.localdate())
    if verb not in _ACTS:
        raise Http404
    make, do, said = _ACTS[verb]
    form = make(request, space, file)
    if form is not None and not form.is_valid():
        return _show(request, space, file, verb=verb, form=form)
    who: dict[str, Any] = {"by": cast("User", request.user), "now": timezone.now()}
    try:
        do(request, space, file, form, who)
    except actions.StaleFileError:
        now = load_file(space, pk, today=timezone.localdate())
        problem = (
            "Un autre agent a changé ce dossier pendant votre lecture : voyez-le tel qu'il est maintenant. Ce que vous "
            "avez écrit est gardé ci-dessous ; envoyez de nouveau si cela tient toujours."
        )
        return _show(request, space, now, verb=verb, form=form, problem=problem, status=409)
    except ValidationError as error:
        problem = _refused(form, error)
        return _show(request, space, file, verb=verb, form=form, problem=problem)
    messages.success(request, said)
    return redirect("files:one", space.slug, pk)


def _refused(form: Form | None, error: ValidationError) -> str:
    """Beside the fields what is about them; the rest as a sentence."""
    if form is None or not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    for name, said in error.message_dict.items():
        form.add_error(name if name in form.fields else None, said)
    return ""


def _follow_form(request: HttpRequest, space: Space, file: WorkingFile) -> FollowForm:
    return FollowForm(request.POST, colleagues=agents_of(space), owner=file.owner)


def _follow(
    request: HttpRequest, _space: Space, file: WorkingFile, form: Any, who: dict[str, Any]
) -> None:
    read = form.cleaned_data
    actions.follow(
        file,
        title=read["title"],
        owner=form.chosen,
        review_on=read["review_on"],
        version=_version(request),
        **who,
    )


def _step_form(request: HttpRequest, _space: Space, _file: WorkingFile) -> StepForm:
    return StepForm(request.POST)


def _step(
    request: HttpRequest, _space: Space, file: WorkingFile, form: Any, who: dict[str, Any]
) -> None:
    read = form.cleaned_data
    actions.change_step(file, read["step"], reason=read["reason"], version=_version(request), **who)


def _note_form(request: HttpRequest, _space: Space, _file: WorkingFile) -> NoteForm:
    return NoteForm(request.POST)


def _note(
    _request: HttpRequest, _space: Space, file: WorkingFile, form: Any, who: dict[str, Any]
) -> None:
    actions.write_note(file, form.cleaned_data["text"], **who)


def _no_form(_request: HttpRequest, _space: Space, _file: WorkingFile) -> None:
    return None


def _link(
    request: HttpRequest, space: Space, file: WorkingFile, _form: Any, who: dict[str, Any]
) -> None:
    found = get_object_or_404(structures_of(space), pk=_number(request))
    actions.link_structure(file, found, **who)


def _unlink(
    request: HttpRequest, _space: Space, file: WorkingFile, _form: Any, who: dict[str, Any]
) -> None:
    found = get_object_or_404(Structure.objects.filter(working_files=file), pk=_number(request))
    actions.unlink_structure(file, found, **who)


_ACTS: dict[str, tuple[Any, Any, str]] = {
    "suivre": (_follow_form, _follow, "C'est noté."),
    "etape": (_step_form, _step, "L'étape a changé ; la raison est au dossier."),
    "noter": (_note_form, _note, "Note gardée, pour les agents seulement."),
    "associer": (_no_form, _link, "Structure ajoutée au dossier."),
    "retirer": (_no_form, _unlink, "Structure retirée du dossier."),
}


def _show(
    request: HttpRequest,
    space: Space,
    file: WorkingFile,
    *,
    verb: str = "",
    form: Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; `form` is the one of `verb` that was refused, with what was typed."""
    q = request.GET.get("q", "")[:200]
    linked = structures_of_file(file)
    known = {one.pk for one in linked}
    read = {
        "title": file.title,
        "owner": str(file.owner_id or ""),
        "review_on": file.review_on,
    }
    forms: dict[str, Form] = {
        "suivre": FollowForm(initial=read, colleagues=agents_of(space), owner=file.owner),
        "etape": StepForm(initial={"step": file.status}),
        "noter": NoteForm(),
    }
    if form is not None:
        forms[verb] = form
    context = {
        "file": file,
        "layers": layers_of(file, space),
        "notes": notes_of(file),
        "structures": linked,
        "q": q,
        "hits": [hit for hit in search_structures(space, q) if hit.structure.pk not in known],
        "follow_form": forms["suivre"],
        "step_form": forms["etape"],
        "note_form": forms["noter"],
        "problem": problem,
    }
    return render(request, "observatory/files/one.html", context, status=status)


def _number(request: HttpRequest) -> int:
    text = request.POST.get("structure", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _version(request: HttpRequest) -> int:
    """The version that was read; an absent or absurd one is never the present one."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
