"""Awards for agents: their list, one award and what is done with it."""

from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from maillage.calls.actions.awards import agreements, living, recovering
from maillage.calls.enums import AwardStatus
from maillage.calls.exports.awards import AWARD_COLUMNS, award_rows
from maillage.calls.forms.awards import (
    AcceptForm,
    AgreementForm,
    ReasonForm,
    ReceivedForm,
    RecoveryForm,
    SearchForm,
    SignatureForm,
    YearEndForm,
)
from maillage.calls.models import Application, Award, Paper, Recovery
from maillage.calls.queries.awards import (
    Search,
    agreement_of,
    editions_to_notify,
    editions_with_awards,
    found,
    load,
    page_of,
    papers_of,
    reached,
    timeline,
    totals,
)
from maillage.calls.queries.conventions import need_of
from maillage.calls.queries.merging import lead_of, partners_list, year_end_of
from maillage.calls.queries.recoveries import proposed
from maillage.calls.views.awards.common import (
    attempt,
    checked,
    file_or_wait,
    number_of,
    table,
    version_of,
)
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User


def _read(request: HttpRequest, space: Space) -> tuple[SearchForm, Search, str]:
    form = SearchForm(request.GET, editions=list(editions_with_awards(space)))
    form.is_valid()
    read = form.cleaned_data
    search = Search(
        edition=number_of(read.get("appel") or ""),
        status=read.get("etat") or "",
        text=(read.get("q") or "").strip(),
        late=bool(read.get("retard")),
    )
    asked = {name: read.get(name) for name in ("q", "appel", "etat") if read.get(name)}
    if search.late:
        asked["retard"] = "on"
    return form, search, urlencode(asked)


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    form, search, query = _read(request, space)
    rows = found(request.user, space, search, timezone.localdate())
    counted = totals(rows)
    context = {
        "form": form,
        "query": query,
        "page": page_of(rows, request.GET.get("page", "1")),
        "page_base": f"?{query}&page=" if query else "?page=",
        "totals": counted,
        "amount": sum(one.amount for one in counted),
        "to_notify": list(editions_to_notify(space)),
        "editions": list(editions_with_awards(space)),
    }
    return render(request, "calls/awards/list.html", context)


@require_safe
@for_agents
def export(request: HttpRequest, space: Space) -> HttpResponse:
    """The awards of the screen's filters, every page."""
    _form, search, _query = _read(request, space)
    today = timezone.localdate()
    rows = found(request.user, space, search, today).iterator(chunk_size=500)
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    name = f"subventions-{space.slug}-{today.isoformat()}"
    return table(kind, award_rows(rows), AWARD_COLUMNS, name, "Subventions")


@require_safe
@for_agents
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    award = load(request.user, space, pk)
    agreement = agreement_of(award)
    partner = award.partner or lead_of(award.application)
    context = {
        "award": award,
        "application": award.application,
        "edition": award.application.edition,
        "need": need_of(award),
        "agreement": agreement,
        "payments": list(award.instalments.order_by("rank")),
        "reports": list(award.reports.order_by("due_on")),
        "recoveries": list(award.recoveries.all()),
        "proposed": proposed(award),
        "papers": papers_of(award),
        "timeline": timeline(award),
        "verbs": _open_to(award),
        "agreement_form": AgreementForm(
            initial={
                "representative": partner.representative if partner else "",
                "years": agreement.years if agreement else 1,
                "surplus_kept": agreement.surplus_kept if agreement else False,
                "redistribution": agreement.redistribution
                if agreement
                else partners_list(award.application)
                if partner and partner.redistributes
                else "",
            },
            prefix="convention",
        ),
        "signature_form": SignatureForm(prefix="signature"),
        "recovery_form": RecoveryForm(
            initial={"amount": proposed(award) or None}, prefix="reverser"
        ),
        "received_form": ReceivedForm(prefix="recu"),
        "reason_form": ReasonForm(prefix="fin"),
        "year_form": YearEndForm(initial={"year_ends_on": year_end_of(award)}, prefix="exercice"),
        "accept_form": AcceptForm(initial={"year_ends_on": year_end_of(award)}, prefix="accord"),
    }
    return render(request, "calls/awards/one.html", context)


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    """One step of an award, then its page again with what happened or why not."""
    award = load(request.user, space, pk)
    if verb not in _ACTS:
        raise Http404
    who = {"by": request.user, "now": timezone.now(), "version": version_of(request)}
    attempt(request, lambda: _ACTS[verb](request, award, who))
    return redirect("awards:one", space.slug, pk)


@require_POST
@for_agents
def close_recovery(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    """Money asked back: it came, or it is given up."""
    recovery = Recovery.objects.filter(award__in=reached(request.user, space), pk=pk).first()
    if recovery is None or verb not in {"recu", "abandonner"}:
        raise Http404
    who: dict[str, Any] = {"by": cast("User", request.user), "now": timezone.now()}

    def done() -> str:
        if verb == "recu":
            held = checked(ReceivedForm(request.POST, prefix="recu"))
            recovering.receive(recovery, on=held["on"], **who)
            return "Reversement reçu."
        held = checked(ReasonForm(request.POST, prefix="fin"))
        recovering.drop(recovery, reason=held["reason"], **who)
        return "Reversement abandonné."

    attempt(request, done)
    return redirect("awards:one", space.slug, recovery.award_id)


@require_safe
@for_agents
def paper(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """A document of a file that the agent may reach."""
    kept = (
        Paper.objects.filter(pk=pk, application__in=_files(request, space))
        .select_related("upload")
        .first()
    )
    if kept is None:
        raise Http404
    back = reverse("awards:list", args=[space.slug])
    return file_or_wait(request, kept.upload, back)


@require_safe
@for_agents
def signed_copy(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    agreement = agreement_of(load(request.user, space, pk))
    back = reverse("awards:one", args=[space.slug, pk])
    return file_or_wait(request, agreement.signed_copy if agreement else None, back)


def _files(request: HttpRequest, space: Space) -> QuerySet[Application]:
    return Application.objects.filter(edition__space=space).reachable_by(request.user)


def _open_to(award: Award) -> set[str]:
    """Which acts the page offers at this step."""
    over = award.status in {
        AwardStatus.LAPSED,
        AwardStatus.RENOUNCED,
        AwardStatus.REVOKED,
        AwardStatus.ARCHIVED,
    }
    told = award.notified_at is not None
    verbs = set()
    if told and award.status == AwardStatus.GRANTED:
        verbs |= {"accepter"}
    if told and not over and award.status != AwardStatus.SETTLED:
        verbs |= {"exercice", "convention", "signature"}
        if award.status != AwardStatus.REPORT_IN:
            verbs.add("caducite")
    if told and not over:
        verbs |= {"retirer"}
    if award.status == AwardStatus.SETTLED:
        verbs.add("archiver")
    if told:
        verbs.add("reverser")
    return verbs


def _accept(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(AcceptForm(request.POST, prefix="accord"))
    living.accept(award, year_ends_on=held["year_ends_on"], **who)
    return "Acceptation enregistrée."


def _year(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(YearEndForm(request.POST, prefix="exercice"))
    living.set_year_end(award, on=held["year_ends_on"], **who)
    return "Date enregistrée : le bilan attendu la suit."


def _agree(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(AgreementForm(request.POST, prefix="convention"))
    agreements.send(award, agreements.Terms(**held), **who)
    return "Convention écrite : le PDF est prêt dans quelques secondes, et le bénéficiaire est prévenu."


def _sign(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(SignatureForm(request.POST, request.FILES, prefix="signature"))
    agreements.sign(award, **held, **who)
    return "Signature enregistrée."


def _recover(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(RecoveryForm(request.POST, prefix="reverser"))
    recovering.ask(award, **held, **who)
    return "Reversement demandé : la lettre part."


def _lapse(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(ReasonForm(request.POST, prefix="fin"))
    living.lapse(award, reason=held["reason"], **who)
    return "Subvention caduque : ce qui n'était pas payé revient à l'enveloppe."


def _revoke(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(ReasonForm(request.POST, prefix="fin"))
    living.revoke(award, reason=held["reason"], **who)
    return "Subvention retirée : ce qui n'était pas payé revient à l'enveloppe."


def _archive(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    living.archive(award, **who)
    return "Subvention archivée."


_ACTS = {
    "accepter": _accept,
    "exercice": _year,
    "convention": _agree,
    "signature": _sign,
    "reverser": _recover,
    "caducite": _lapse,
    "retirer": _revoke,
    "archiver": _archive,
}
