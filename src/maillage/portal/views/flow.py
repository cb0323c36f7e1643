"""The way of every form of the desk: begin or take up again, look before saving, save or say who crossed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from maillage.portal.actions.drafts import drop_draft
from maillage.portal.actions.structures import save_or_conflicts
from maillage.portal.forms.acts import refused
from maillage.portal.queries.drafts import draft_of
from maillage.portal.queries.history import shown
from maillage.portal.queries.preview import Proposal, preview_of
from maillage.portal.views.desk import Desk
from maillage.structures.lib import wire

_GONE = (
    "Quelqu'un a retiré cet élément pendant votre saisie. Elle n'est pas perdue : "
    "copiez ce que vous voulez garder, puis ajoutez-le de nouveau."
)


@dataclass(frozen=True, slots=True)
class Editing:
    """One form of the desk.

    `key` names its draft. `target` bears the stored values; None for something new. `write` is called with
    what the person changed and the moment. `prefix` names the target in the journal (`service 12 `).
    """

    form: Any
    key: str
    target: Any
    write: Callable[[dict[str, Any]], object]
    done: str
    back: str
    template: str = "portal/desk/form.html"
    prefix: str = ""
    proposal: Callable[[], Proposal] | None = None
    context: dict[str, Any] = field(default_factory=dict)


def run(request: HttpRequest, desk: Desk, editing: Editing) -> HttpResponse:
    """Answer one request about this form."""
    if request.method != "POST":
        return _begin(request, desk, editing)
    form = editing.form
    valid = form.is_valid()
    if "back" in request.POST or not valid:
        return _page(request, desk, editing)
    if "preview" in request.POST and editing.proposal:
        return _preview(request, desk, editing, editing.proposal())
    return _save(request, desk, editing)


def _begin(request: HttpRequest, desk: Desk, editing: Editing) -> HttpResponse:
    draft = draft_of(desk.structure, request.user, editing.key)  # type: ignore[arg-type]
    resumed = draft is not None and "reprendre" in request.GET
    if draft is not None and resumed:
        editing.form.take_up(draft.fields, draft.seen)
    return _page(request, desk, editing, draft=draft, resumed=resumed)


def _save(request: HttpRequest, desk: Desk, editing: Editing) -> HttpResponse:
    form = editing.form
    typed = {
        name: value
        for name, value in form.changes().items()
        if request.POST.get(f"keep-{name}") != "theirs"
    }
    try:
        if editing.target is None:
            editing.write(form.values())
            stored = {}
        else:
            stored = save_or_conflicts(
                desk.structure,
                editing.target,
                typed,
                form.seen_values(),
                lambda: editing.write(typed),
            )
    except ValidationError as error:
        refused(form, error)
        return _page(request, desk, editing)
    except ObjectDoesNotExist:
        form.add_error(None, _GONE)
        return _page(request, desk, editing, status=409)
    if not stored:
        drop_draft(desk.structure, editing.key, by=request.user)  # type: ignore[arg-type]
        messages.success(request, editing.done)
        return redirect(editing.back)
    form.show_again({name: wire(value) for name, value in stored.items()})
    conflicts = [
        {
            "name": name,
            "label": form.fields[name].label if name in form.fields else "horaires",
            "mine": shown(editing.prefix + name, typed[name]),
            "theirs": shown(editing.prefix + name, value),
        }
        for name, value in stored.items()
    ]
    return _page(request, desk, editing, conflicts=conflicts, status=409)


def _preview(
    request: HttpRequest, desk: Desk, editing: Editing, proposal: Proposal
) -> HttpResponse:
    """The public page as it would be; the form comes along, hidden, to be saved or taken up again."""
    seen = preview_of(desk.structure, proposal, now=timezone.now(), space=desk.space)
    if seen is None:
        messages.warning(
            request,
            "Il n'y a pas d'aperçu : aucune page publique ne montre cette fiche aujourd'hui.",
        )
        return _page(request, desk, editing)
    request.space = seen.space  # type: ignore[attr-defined]  (the menus of that page)
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", "preview", "back"}
    ]
    context = {"sheet": seen.sheet, "space": seen.space, "posted": posted, "desk": desk}
    return render(request, "portal/desk/preview.html", context)


def _page(
    request: HttpRequest,
    desk: Desk,
    editing: Editing,
    *,
    conflicts: list[dict[str, str]] | None = None,
    draft: Any = None,
    resumed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "desk": desk,
        "structure": desk.structure,
        "title": f"Modifier {desk.structure.name}",
        "form": editing.form,
        "conflicts": conflicts or [],
        "draft": draft,
        "resumed": resumed,
        "draft_url": desk.url("draft", form=editing.key),
        "drop_url": desk.url("drop_draft", form=editing.key),
        "back": editing.back,
        "has_preview": editing.proposal is not None,
    }
    return render(request, editing.template, context | editing.context, status=status)
