"""Services, pictures, documents, links, teasers, and the list of places: what people add to a page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core import throttle
from maillage.core.hours.reading import hours_at
from maillage.core.uploads.kinds import DOCUMENTS, IMAGES, UploadRefusedError
from maillage.core.uploads.store import store, url_of
from maillage.portal.forms.kept import FORMS, NEW_FORMS
from maillage.portal.queries.overview import LISTS
from maillage.portal.queries.preview import Proposal
from maillage.portal.views.desk import Desk
from maillage.portal.views.flow import Editing, run
from maillage.structures.actions.kept import add_kept, edit_kept, move_kept, remove_kept
from maillage.structures.models import Structure
from maillage.structures.queries.kept import KINDS, Kind, rows_of
from maillage.territories.queries import names_by_code

MOST_FILES = (60, 3600)  # for one person, in seconds
_CODES = {slug: code for code, (slug, _title) in LISTS.items()}
# Why one would fill each list.
_WHY = {
    "service": "Ce que la structure fait pour les gens : chaque service a son public, son tarif et sa façon d'y venir.",
    "picture": "Le lieu, l'équipe, une activité. Chaque photo se décrit en une phrase pour qui ne la voit pas.",
    "document": "Plaquette, programme, rapport d'activité : ce que l'on veut pouvoir télécharger.",
    "link": "Réseaux sociaux, et vos pages d'offres : bénévolat, stages, emplois, dons.",
    "teaser": "Une phrase sur ce que la structure cherche ou offre, jusqu'à une date.",
}  # fmt: skip
_ACCEPTED = {"picture": IMAGES, "document": DOCUMENTS}


def kind_at(slug: str) -> Kind:
    if slug not in _CODES:
        raise Http404
    return KINDS[_CODES[slug]]


def row_at(structure: Structure, kind: Kind, row: int) -> Any:
    manager: Any = kind.model._default_manager
    return get_object_or_404(manager, structure=structure, pk=row)


@require_safe
def kept(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """One list, with what can be done to each row."""
    known = kind_at(kind)
    rows = rows_of(desk.structure, known)
    for row in rows:
        if known.code in _ACCEPTED:
            row.file_url = url_of(row.upload, small=True)
    context = {
        "desk": desk,
        "structure": desk.structure,
        "kind": known,
        "title": LISTS[known.code][1],
        "why": _WHY[known.code],
        "rows": rows,
        "full": len(rows) >= known.most,
        "new_url": desk.url("kept_new", kind=kind),
        "today": timezone.localdate(),
    }
    return render(request, "portal/desk/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    known, one = kind_at(kind), desk.structure
    form = NEW_FORMS[known.code](
        request.POST or None,
        request.FILES or None,
        instance=known.model(structure=one),
        structure=one,
    )

    def write(values: dict[str, Any]) -> None:
        now = timezone.now()
        if known.code in _ACCEPTED:
            values["upload"] = _stored(form.cleaned_data["file"], known.code, request.user, now)
        add_kept(one, known.code, values, by=request.user, now=now, space=desk.space)  # type: ignore[arg-type]

    editing = Editing(
        form=form,
        key=f"{known.code}-new",
        target=None,
        write=write,
        done=f"C'est ajouté à la fiche de « {one.name} ».",
        back=desk.url("kept", kind=kind),
        proposal=None if known.code in _ACCEPTED else (lambda: Proposal(row=form.instance)),
        context={
            "title": f"{LISTS[known.code][1]} : ajouter",
            "with_file": known.code in _ACCEPTED,
        },
    )
    return run(request, desk, editing)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, desk: Desk, kind: str, row: int) -> HttpResponse:
    known, one = kind_at(kind), desk.structure
    stored = row_at(one, known, row)
    form = FORMS[known.code](request.POST or None, instance=row_at(one, known, row), structure=one)

    def write(changes: dict[str, Any]) -> None:
        edit_kept(stored, changes, by=request.user, now=timezone.now(), space=desk.space)  # type: ignore[arg-type]

    editing = Editing(
        form=form,
        key=f"{known.code}-{row}",
        target=stored,
        write=write,
        done="La fiche est à jour.",
        back=desk.url("kept", kind=kind),
        prefix=f"{known.code} {row} ",
        proposal=lambda: Proposal(row=form.instance),
        context={"title": f"{LISTS[known.code][1]} : modifier"},
    )
    return run(request, desk, editing)


@require_POST
def move(request: HttpRequest, desk: Desk, kind: str, row: int) -> HttpResponse:
    stored = row_at(desk.structure, kind_at(kind), row)
    up = request.POST.get("way") == "up"
    move_kept(stored, up=up, by=request.user, now=timezone.now(), space=desk.space)  # type: ignore[arg-type]
    return redirect(desk.url("kept", kind=kind))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, desk: Desk, kind: str, row: int) -> HttpResponse:
    known = kind_at(kind)
    stored = row_at(desk.structure, known, row)
    back = desk.url("kept", kind=kind)
    if request.method == "POST":
        name = str(stored)
        remove_kept(stored, by=request.user, now=timezone.now(), space=desk.space)  # type: ignore[arg-type]
        messages.success(request, f"« {name} » est retiré. L'historique permet d'y revenir.")
        return redirect(back)
    context = {
        "desk": desk,
        "structure": desk.structure,
        "row": stored,
        "title": f"Retirer : {known.one}",
        "back": back,
        "has_file": known.code in _ACCEPTED,
    }
    return render(request, "portal/desk/remove.html", context)


@require_safe
def places(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Places and their hours."""
    names, now = names_by_code(), timezone.now()
    rows = list(desk.structure.establishments.all())
    for place in rows:
        place.commune = names.get(place.municipality_code, place.municipality_code)
        place.shown_hours = hours_at(place.opening_hours, now)
        place.edit_url = desk.url("establishment", place=place.pk)
        place.hours_url = desk.url("hours", place=place.pk)
    context = {
        "desk": desk,
        "structure": desk.structure,
        "places": rows,
        "new_url": desk.url("new_establishment"),
        "title": "Lieux et horaires",
    }
    return render(request, "portal/desk/places.html", context)


def _stored(file: Any, code: str, user: Any, now: Any) -> Any:
    """What the file is refused for is told beside it; a file taken off the page still fills the disk a day."""
    times, seconds = MOST_FILES
    if not throttle.take("upload", str(user.pk), times=times, seconds=seconds):
        raise ValidationError(
            {"file": "Beaucoup de fichiers en peu de temps : réessayez dans une heure."}
        )
    try:
        return store(file, accept=_ACCEPTED[code], by=user, now=now)
    except UploadRefusedError as error:
        raise ValidationError({"file": str(error)}) from error
