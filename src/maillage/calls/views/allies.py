"""Call for allies: intentions and groups, for people who are signed in; the board, for agents."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions import allies as actions
from maillage.calls.actions.beginning import AlreadyBegunError
from maillage.calls.forms.allies import FilterForm, GroupForm, IntentionForm, MessageForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import AllyGroup, Edition, Intention
from maillage.calls.queries.allies import (
    PAGE,
    Group,
    group_of,
    groups_of,
    intentions_of,
    is_member,
    mine,
    structures_of,
    takes_intentions,
)
from maillage.calls.queries.public_editions import public_edition
from maillage.calls.views.partners import told
from maillage.core.throttle import take
from maillage.moderation.queries.queue import communes_of
from maillage.spaces.access import allowed, for_agents
from maillage.spaces.models import Space
from maillage.spaces.permissions import can_manage

LETTERS, HOUR = 10, 3600


def _edition(space: Space, slug: str) -> Edition:
    found = public_edition(space, slug)
    if found is None:
        raise Http404
    return found


@require_safe
@allowed("account.keep")
def listing(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    edition = _edition(space, slug)
    form = FilterForm(request.GET, edition=edition, communes=communes_of(space))
    asked = form.asked()
    page = Paginator(intentions_of(edition, **asked), PAGE).get_page(request.GET.get("page"))
    kept = urlencode({name: value for name, value in asked.items() if value})
    context = {
        "edition": edition,
        "form": form,
        "page": page,
        "page_base": f"?{kept}&page=" if kept else "?page=",
        "filtered": bool(kept),
        "mine": mine(edition, request.user),
        "groups": groups_of(edition),
        "is_open": takes_intentions(edition, timezone.now()),
        "themes": {one["code"]: one["label"] for one in edition.themes},
        "may_manage": bool(can_manage(request.user, space)),
    }
    return render(request, "calls/allies/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("account.keep")
def say(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    edition = _edition(space, slug)
    form = IntentionForm(
        request.POST or None,
        edition=edition,
        communes=communes_of(space),
        structures=structures_of(request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_intention(edition, by=request.user, now=timezone.now(), **form.values())
        except ValidationError as error:
            told(form, error)
        except StepRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "C'est dit. Une personne qui anime l'appel forme des groupes."
            )
            return redirect("allies:list", space.slug, slug)
    return render(request, "calls/allies/say.html", {"edition": edition, "form": form})


@require_POST
@allowed("account.keep")
def withdraw(request: HttpRequest, space: Space, slug: str, pk: int) -> HttpResponse:
    edition = _edition(space, slug)
    one = get_object_or_404(Intention, edition=edition, user=request.user, pk=pk)
    actions.withdraw(one, by=request.user, now=timezone.now())
    messages.success(request, "Votre intention est retirée.")
    return redirect("allies:list", space.slug, slug)


def _group(request: HttpRequest, space: Space, slug: str, pk: int) -> Group:
    """For its members; for the others it does not exist. Agents have the board."""
    edition = _edition(space, slug)
    row = get_object_or_404(AllyGroup, edition=edition, pk=pk)
    row.edition = edition
    found = group_of(row)
    if not is_member(request.user, found):
        raise Http404
    return found


def _page(request: HttpRequest, found: Group, form: MessageForm) -> HttpResponse:
    context: dict[str, Any] = {
        "edition": found.row.edition,
        "group": found,
        "form": form,
        "structures": structures_of(request.user),
    }
    return render(request, "calls/allies/group.html", context)


@require_safe
@allowed("account.keep")
def group(request: HttpRequest, space: Space, slug: str, pk: int) -> HttpResponse:
    return _page(request, _group(request, space, slug, pk), MessageForm())


@require_POST
@allowed("account.keep")
def write(request: HttpRequest, space: Space, slug: str, pk: int) -> HttpResponse:
    found = _group(request, space, slug, pk)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    if not take("allies_write", str(request.user.pk), times=LETTERS, seconds=HOUR):
        form.add_error(None, "Beaucoup de messages en une heure : attendez un peu.")
        return _page(request, found, form)
    words = form.cleaned_data["words"]
    count = actions.write_to_group(found.row, words, by=request.user, now=timezone.now())
    messages.success(request, f"Message envoyé à {count} personne{'s' if count > 1 else ''}.")
    return redirect("allies:group", space.slug, slug, pk)


@require_POST
@allowed("account.keep")
def apply(request: HttpRequest, space: Space, slug: str, pk: int) -> HttpResponse:
    """One click: a file led by the structure, the others invited."""
    found = _group(request, space, slug, pk)
    chosen = request.POST.get("structure", "")
    structure = next((one for one in structures_of(request.user) if str(one.pk) == chosen), None)
    if structure is None:
        messages.error(request, "Choisissez la structure qui dépose : vous devez tenir sa fiche.")
        return redirect("allies:group", space.slug, slug, pk)
    try:
        made = actions.apply_together(found.row, structure, by=request.user, now=timezone.now())
    except AlreadyBegunError as error:
        return redirect("applications:one", error.application.pk)
    except (StepRefused, ValidationError) as error:
        said = error.messages if isinstance(error, ValidationError) else [str(error)]
        messages.error(request, " ".join(said))
        return redirect("allies:group", space.slug, slug, pk)
    messages.success(request, "La candidature est commencée : réglez la part de chacun.")
    return redirect("partners:list", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def board(request: HttpRequest, space: Space, slug: str, pk: int = 0) -> HttpResponse:
    """Form a group, or change one."""
    edition = _edition(space, slug)
    row = AllyGroup(edition=edition)
    if pk:
        row = get_object_or_404(AllyGroup, edition=edition, pk=pk)
    free = intentions_of(edition)
    choices = free.filter(group=None) | free.filter(group=row) if pk else free.filter(group=None)
    form = GroupForm(request.POST or None, group=row, choices=choices)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_group(
                form.made(),
                list(form.cleaned_data["members"]),
                by=request.user,
                now=timezone.now(),
                version=form.cleaned_data["version"] or 0,
            )
        except StepRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "Le groupe est enregistré ; ses nouveaux membres sont prévenus."
            )
            return redirect("allies:list", space.slug, slug)
    context = {"edition": edition, "form": form, "row": row, "letter": MessageForm()}
    return render(request, "calls/allies/board.html", context)


@require_POST
@for_agents
def tell(request: HttpRequest, space: Space, slug: str, pk: int) -> HttpResponse:
    """The facilitator writes to a group."""
    row = get_object_or_404(AllyGroup, edition=_edition(space, slug), pk=pk)
    form = MessageForm(request.POST)
    if form.is_valid():
        words = form.cleaned_data["words"]
        count = actions.write_to_group(row, words, by=request.user, now=timezone.now())
        messages.success(request, f"Message envoyé à {count} personne{'s' if count > 1 else ''}.")
    else:
        messages.error(request, "Écrivez votre message, en 2 000 caractères au plus.")
    return redirect("allies:board", space.slug, slug, pk)
