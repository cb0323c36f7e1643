"""Editing a structure's page: its own fields, its terms, its places and their hours."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from maillage.portal.forms.hours import HoursForm
from maillage.portal.forms.parts import EstablishmentForm, KeeperEstablishmentForm
from maillage.portal.forms.structure import KeeperStructureForm, StructureForm
from maillage.portal.queries import structures as queries
from maillage.portal.queries.history import provenance_hints
from maillage.portal.queries.preview import Proposal, spaces_around
from maillage.portal.views.desk import Desk
from maillage.portal.views.flow import Editing, run
from maillage.structures.actions.save import (
    confirm_structure,
    save_establishment,
    update_structure,
)
from maillage.structures.models import Establishment


@require_http_methods(["GET", "HEAD", "POST"])
def edit_structure(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The fields of the structure itself."""
    one = desk.structure
    made = StructureForm if desk.by_agent else KeeperStructureForm
    form = made(request.POST or None, instance=desk.again())
    form.explain(provenance_hints(one, named=desk.by_agent))

    def write(changes: dict[str, Any]) -> None:
        update_structure(one, changes, by=request.user, now=timezone.now(), space=desk.space)  # type: ignore[arg-type]

    editing = Editing(
        form=form,
        key="sheet",
        target=one,
        write=write,
        done=f"« {one.name} » est à jour.",
        back=desk.home,
        template="portal/desk/sheet.html",
        proposal=lambda: Proposal(fields=form.changes()),
        context={"correction_url": "" if desk.by_agent else _correction_url(desk)},
    )
    return run(request, desk, editing)


def _correction_url(desk: Desk) -> str:
    """Where what registers say is put right; empty when no space shows the page."""
    for space in spaces_around(desk.structure):
        return reverse("moderation_public:correct", args=[space.slug, desk.structure.slug])
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def establishment(request: HttpRequest, desk: Desk, place: int | None = None) -> HttpResponse:
    one = desk.structure
    known = get_object_or_404(one.establishments, pk=place) if place else None
    stored = get_object_or_404(one.establishments, pk=place) if place else None
    made = EstablishmentForm if desk.by_agent else KeeperEstablishmentForm
    form = made(
        request.POST or None,
        instance=known or Establishment(structure=one),
        structure=one,
        communes=queries.communes_of(desk.space),
    )

    def write(changes: dict[str, Any]) -> None:
        save_establishment(
            one,
            changes if stored else form.changes(),
            establishment=stored,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            space=desk.space,
        )

    title = "Modifier un établissement" if known else "Ajouter un établissement"
    editing = Editing(
        form=form,
        key=f"place-{place or 'new'}",
        target=stored,
        write=write,
        done="L'établissement est enregistré.",
        back=desk.home if desk.by_agent else desk.url("places"),
        prefix=f"place {place} ",
        proposal=(lambda: Proposal(places={stored.pk: form.changes()})) if stored else None,
        context={"title": title},
    )
    return run(request, desk, editing)


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, desk: Desk, place: int) -> HttpResponse:
    """Opening hours of one place."""
    one = desk.structure
    stored = get_object_or_404(one.establishments, pk=place)
    form = HoursForm(request.POST or None, place=stored)

    def write(changes: dict[str, Any]) -> None:
        save_establishment(
            one,
            changes,
            establishment=stored,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            space=desk.space,
        )

    editing = Editing(
        form=form,
        key=f"hours-{place}",
        target=stored,
        write=write,
        done="Les horaires sont enregistrés.",
        back=desk.url("places"),
        template="portal/desk/hours.html",
        prefix=f"place {place} ",
        proposal=lambda: Proposal(places={stored.pk: form.values()}),
        context={"place": stored, "title": "Horaires d'ouverture"},
    )
    return run(request, desk, editing)


@require_POST
def check_structure(request: HttpRequest, desk: Desk) -> HttpResponse:
    one = desk.structure
    confirm_structure(one, by=request.user, now=timezone.now(), space=desk.space)  # type: ignore[arg-type]
    messages.success(request, f"« {one.name} » est marquée comme vérifiée aujourd'hui.")
    return redirect(desk.home)
