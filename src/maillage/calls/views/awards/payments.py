"""Payments to make, their export for the finance department, and what became of each."""

from typing import TYPE_CHECKING, Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from maillage.calls.actions.awards import paying
from maillage.calls.exports.awards import PAYMENT_COLUMNS, payment_rows
from maillage.calls.forms.awards import ConditionForm, NoteForm, PayForm, PaymentsForm
from maillage.calls.models import Instalment
from maillage.calls.queries.awards import load_payment, payments_of, to_pay
from maillage.calls.views.awards.common import attempt, checked, table, version_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_PAGE = 50


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    """What is to be paid, overdue first; or the payments of another state."""
    form = PaymentsForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data.get("etat", "") if "etat" in request.GET else "to_pay"
    rows = payments_of(request.user, space, asked)
    due = to_pay(request.user, space)
    today = timezone.localdate()
    context = {
        "form": PaymentsForm(initial={"etat": asked}),
        "asked": asked,
        "page": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
        "page_base": f"?etat={asked}&page=",
        "today": today,
        "late": due.filter(due_on__lt=today).count(),
        "fresh": due.filter(exported_at=None).count(),
        "count": due.count(),
        "total": sum((one.amount for one in due), start=0),
    }
    return render(request, "calls/awards/payments.html", context)


@require_POST
@for_agents
def export(request: HttpRequest, space: Space) -> HttpResponse:
    """The payments to make, as a table; those that were never sent are marked so, once. All of them with `tout`."""
    every = request.POST.get("tout") == "1"
    rows = to_pay(request.user, space).select_related(
        "award__envelope", "award__application__edition"
    )
    keys = list(
        rows.values_list("pk", flat=True)
        if every
        else rows.filter(exported_at=None).values_list("pk", flat=True)
    )
    # Two agents at once: each payment leaves in one file only.
    fresh = paying.mark_exported(keys, space.pk, by=cast("User", request.user), now=timezone.now())
    chosen = rows.filter(pk__in=keys if every else fresh)
    name = f"a-payer-{space.slug}-{timezone.localdate().isoformat()}"
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    return table(
        kind, payment_rows(chosen.iterator(chunk_size=500)), PAYMENT_COLUMNS, name, "À payer"
    )


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    payment = load_payment(request.user, space, pk)
    if verb not in _ACTS:
        raise Http404
    who = {"by": request.user, "now": timezone.now(), "version": version_of(request)}
    attempt(request, lambda: _ACTS[verb](request, payment, who))
    if request.POST.get("retour") == "liste":
        return redirect("awards:payments", space.slug)
    return redirect("awards:one", space.slug, payment.award_id)


def _pay(request: HttpRequest, one: Instalment, who: dict[str, Any]) -> str:
    held = checked(PayForm(request.POST))
    paying.pay(one, on=held["on"], voucher=held["voucher"], **who)
    return "Versement payé : le bénéficiaire est prévenu."


def _meet(request: HttpRequest, one: Instalment, who: dict[str, Any]) -> str:
    held = checked(ConditionForm(request.POST))
    paying.meet_condition(one, on=held["on"], **who)
    return "Versement à payer : le délai court."


def _turn_down(request: HttpRequest, one: Instalment, who: dict[str, Any]) -> str:
    held = checked(NoteForm(request.POST))
    paying.turn_down(one, note=held["note"], **who)
    return "Rejet enregistré."


def _put_right(request: HttpRequest, one: Instalment, who: dict[str, Any]) -> str:
    paying.put_right(one, **who)
    return "Versement remis à payer."


def _cancel(request: HttpRequest, one: Instalment, who: dict[str, Any]) -> str:
    held = checked(NoteForm(request.POST))
    paying.cancel(one, note=held["note"], **who)
    return "Versement annulé."


_ACTS = {
    "payer": _pay,
    "condition": _meet,
    "rejeter": _turn_down,
    "corriger": _put_right,
    "annuler": _cancel,
}
