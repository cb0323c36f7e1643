"""« Suis-je concerné ? » : reasons before any account. Answers travel by POST, are never stored, never logged."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from maillage.calls.forms.concerned import ConcernedForm
from maillage.calls.lib.eligibility import VERDICT_WORDS, Verdict, blocking, judge, verdict_of
from maillage.calls.lib.facts import Facts, Terms
from maillage.calls.lib.window import window_of
from maillage.calls.models import Edition, EligibilityRule
from maillage.calls.queries.facts import closing_day, facts_of_structure, terms_of
from maillage.calls.queries.finding import find_structures, shown_structure
from maillage.calls.queries.public_editions import public_edition
from maillage.core.throttle import allows
from maillage.spaces.access import allowed
from maillage.spaces.models import Space
from maillage.structures.models import Structure

TRIES, HOUR = 120, 3600
_KINDS = {
    Verdict.ELIGIBLE: "success",
    Verdict.TO_CHECK: "info",
    Verdict.UNKNOWN: "info",
    Verdict.BLOCKED: "error",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("public.read")
def start(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    """GET asks for the structure; POST finds it (`q`), asks what is not known (`ask`), then answers (`answer`)."""
    edition = public_edition(space, slug)
    if edition is None:
        raise Http404
    rules = list(edition.rules.all())
    context = {"edition": edition, "rules": rules, "query": "", "found": None}
    if request.method != "POST":
        return render(request, "calls/concerned/start.html", context)
    if not allows(request, "concerned", times=TRIES, seconds=HOUR):
        context["busy"] = True
        return render(request, "calls/concerned/start.html", context, status=429)
    if "find" in request.POST:
        context["query"] = request.POST.get("q", "").strip()[:200]
        context["found"] = find_structures(context["query"]) if context["query"] else []
        return render(request, "calls/concerned/start.html", context)
    return _answered(request, edition, rules, timezone.now())


def _answered(
    request: HttpRequest, edition: Edition, rules: list[EligibilityRule], now: datetime
) -> HttpResponse:
    structure = shown_structure(request.POST.get("structure", ""))
    known = _known(structure, edition, rules, now)
    sent = request.POST if "answer" in request.POST else None
    form = ConcernedForm(
        sent, rules=rules, known=known, authority=edition.space.authority or edition.space.name
    )
    context = {"edition": edition, "structure": structure, "form": form, "judgements": None}
    ready = (sent is not None and form.is_valid()) or not form.fields
    if ready:
        facts = form.facts() if sent is not None and form.is_valid() else known
        judgements = judge(rules, facts)
        verdict = verdict_of(judgements)
        context |= {
            "judgements": judgements,
            "verdict": VERDICT_WORDS[verdict],
            "verdict_kind": _KINDS[verdict],
            "blocked": blocking(judgements),
            "may_apply": verdict != Verdict.BLOCKED and window_of(edition).until is not None,
        }
    return render(request, "calls/concerned/answer.html", context)


def _known(
    structure: Structure | None, edition: Edition, rules: list[EligibilityRule], now: datetime
) -> Facts:
    """The public facts of the structure; a place where it stands says nothing of where its action will be."""
    terms = terms_of(edition, rules)
    if structure is not None:
        return facts_of_structure(structure, edition, now, private=False, terms=terms)
    return nothing_known(edition, now, terms)


def nothing_known(edition: Edition, now: datetime, terms: Terms) -> Facts:
    return Facts(at=closing_day(edition, now), terms=terms)
