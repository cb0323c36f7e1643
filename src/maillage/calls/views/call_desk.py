"""What concerns one call as a whole: its figures, and the rules that give files to people."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.accounts.models import User
from maillage.calls.actions.instruction.assigning import save_rules
from maillage.calls.forms.instruction import RoutingRowForm, routable
from maillage.calls.lib.form import FieldType, form_of
from maillage.calls.models import Edition
from maillage.calls.queries.call_charts import charts_of
from maillage.calls.queries.call_figures import figures_of
from maillage.calls.queries.guards import obstacles_to_jury
from maillage.moderation.queries.scope import agents_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django import forms

_SPARE_ROWS = 3
_MOST_ROWS = 40


def _edition(space: Space, pk: int) -> Edition:
    rows = Edition.objects.select_related("envelope", "space", "programme")
    return get_object_or_404(rows, space=space, pk=pk)


@require_safe
@for_agents
def figures(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    edition, user = _edition(space, pk), cast("User", request.user)
    found = figures_of(edition, user, timezone.now())
    context = {
        "edition": edition,
        "figures": found,
        "charts": charts_of(found),
        "obstacles": obstacles_to_jury(edition, user) if edition.status == "instruction" else [],
    }
    return render(request, "calls/instruction/figures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def routing(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """The rules of a call, in order: the first that fits gives the file."""
    edition, sent = _edition(space, pk), request.method == "POST"
    latest = edition.forms.exclude(stage="report").order_by("stage", "-number").first()
    form = form_of(latest.definition) if latest else None
    people = agents_of(space)
    rules = list(edition.routing.select_related("user"))
    count = len(rules) + _SPARE_ROWS
    if sent:
        told = request.POST.get("rows", "")
        count = min(int(told), _MOST_ROWS) if told.isdecimal() and len(told) < 4 else count
    rows = []
    for rank in range(count):
        rule = rules[rank] if rank < len(rules) and not sent else None
        initial = {**rule.condition, "user": str(rule.user_id)} if rule else {}
        rows.append(
            RoutingRowForm(
                request.POST if sent else None,
                prefix=f"r{rank}",
                initial=initial,
                asked=routable(edition, form),
                people=people,
            )
        )
    if sent and all([row.is_valid() for row in rows]):  # noqa: C419  (every row says its error)
        yes_no = (
            {one.code for one in form.fields if one.type == FieldType.YES_NO} if form else set()
        )
        kept = save_rules(
            edition, _rules(rows, yes_no), by=cast("User", request.user), now=timezone.now()
        )
        messages.success(
            request, f"{kept} règles gardées. Elles s'appliquent aux prochains dépôts."
        )
        return redirect("instruction:routing", space.slug, edition.pk)
    context = {"edition": edition, "rows": rows, "count": count}
    status = 422 if any(row.errors for row in rows) else 200
    return render(request, "calls/instruction/routing.html", context, status=status)


def _rules(
    rows: "Iterable[RoutingRowForm]", yes_no: set[str]
) -> list[tuple[str, dict[str, object], User]]:
    """A row without a person says nothing."""
    found = []
    for row in rows:
        user = row.cleaned_data.get("user")
        if not user:
            continue
        condition = row.condition(yes_no)
        choices = dict(cast("forms.ChoiceField", row.fields["field"]).choices)  # type: ignore[arg-type]
        label = f"{choices.get(condition.get('field', ''), 'Toujours')} : {row.cleaned_data.get('value') or 'tous'}"
        found.append((label[:120], condition, User.objects.get(pk=int(user))))
    return found
