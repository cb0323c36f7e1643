"""Settings that a French public site must fill: legal notice, accessibility, register, durations."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core.retention import in_words, last_proofs, retentions
from maillage.portal.actions.legal import drop_sheet, save_sheet, update_legal, update_statement
from maillage.portal.forms.privacy import LegalForm, SheetForm, StatementForm
from maillage.portal.queries.readiness import readiness
from maillage.portal.queries.register import durations, register_of, shipped
from maillage.spaces.access import for_administrators
from maillage.spaces.models import (
    AccessibilityStatement,
    LegalInformation,
    ProcessingActivity,
    Space,
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def legal(request: HttpRequest, space: Space) -> HttpResponse:
    known = LegalInformation.objects.filter(space=space).first()
    form = LegalForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        update_legal(space, form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, "Les mentions légales sont à jour.")
        return redirect("privacy:legal", space.slug)
    context = {"form": form, "checks": readiness(space)}
    return render(request, "portal/manage/legal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def statement(request: HttpRequest, space: Space) -> HttpResponse:
    known = AccessibilityStatement.objects.filter(space=space).first()
    form = StatementForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        update_statement(space, form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(
            request, f"La déclaration est à jour : l'espace est « {space.conformity} »."
        )
        return redirect("privacy:statement", space.slug)
    return render(request, "portal/manage/statement.html", {"form": form})


@require_safe
@for_administrators
def register(request: HttpRequest, space: Space) -> HttpResponse:
    context = {"register": register_of(space, used_only=False)}
    return render(request, "portal/manage/register.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def sheet(
    request: HttpRequest, space: Space, code: str = "", pk: int | None = None
) -> HttpResponse:
    """Ours (`code`), replaced or not; the space's own (`pk`); or a new one."""
    ours = shipped(code) if code else None
    mine = ProcessingActivity.objects.filter(space=space)
    row = mine.filter(code=code).first() if code else mine.filter(pk=pk, code="").first()
    if (code and ours is None) or (pk is not None and row is None):
        raise Http404
    applied = list(row.retentions if row else ours.retentions if ours else ())
    start = model_to_dict(row) if row else {"is_used": True, **(vars(ours) if ours else {})}
    form = SheetForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        who = {"by": request.user, "now": timezone.now()}
        save_sheet(space, form.cleaned_data, code=code, pk=pk, retentions=applied, **who)
        messages.success(request, "La fiche du registre est à jour.")
        return redirect("privacy:register", space.slug)
    context = {"form": form, "row": row, "ours": ours, "durations": durations(applied)}
    return render(request, "portal/manage/sheet.html", context)


@require_POST
@for_administrators
def drop(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Take a sheet away; ours comes back where there was one."""
    if not drop_sheet(space, pk, by=request.user, now=timezone.now()):
        raise Http404
    messages.success(request, "La fiche est retirée ; celle fournie revient s'il y en avait une.")
    return redirect("privacy:register", space.slug)


@require_safe
@for_administrators
def durations_applied(request: HttpRequest, space: Space) -> HttpResponse:
    """What is forgotten every night, and the proofs of the last month."""
    rules = [{"one": one, "words": in_words(one.days)} for one in retentions().values()]
    proofs = [proof for proof in last_proofs(timezone.now()) if proof.count or proof.error]
    nights = last_proofs(timezone.now())
    context = {"rules": rules, "proofs": proofs, "last": nights[0].at if nights else None}
    return render(request, "portal/manage/durations.html", context)
