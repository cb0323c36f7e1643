"""Scenarios of an envelope: side by side, made, changed, kept."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.jury import scenarios as actions
from maillage.calls.enums import ScenarioMethod
from maillage.calls.forms.jury_scenarios import ScenarioForm, scenario_initial
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.scenario import settings_of
from maillage.calls.models import Edition, Scenario
from maillage.calls.queries.jury import money_of
from maillage.calls.queries.naming import viewpoint
from maillage.calls.queries.ranking import official_standings
from maillage.calls.queries.scenario_words import group_label
from maillage.calls.queries.scenarios import (
    amounts_of,
    candidates_of,
    compare,
    groups_of,
    usual_settings,
)
from maillage.calls.views.jury.common import (
    around,
    load_edition,
    load_scenario,
    person,
    version_of,
)
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_BESIDE = 5  # scenarios compared at once


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """All of them, and those ticked side by side (the last ones when none is)."""
    one = load_edition(space, edition)
    context = around(request, one)
    if not context["is_recused"]:
        every = list(one.scenarios.select_related("created_by"))
        asked = {int(pk) for pk in request.GET.getlist("s") if pk.isdecimal() and len(pk) < 19}
        beside = [each for each in every if each.pk in asked][:_BESIDE] or every[:_BESIDE]
        seen = viewpoint(request.user, one)
        found = compare(one, beside)
        context |= {
            "scenarios": every,
            "beside": {each.pk for each in beside},
            "found": found,
            "names": {file.pk: seen.name(file) for file in found.files},
            "money": money_of(one),
            "methods": ScenarioMethod.choices,
        }
    return render(request, "calls/jury/scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def create(request: HttpRequest, space: Space, edition: int, method: str) -> HttpResponse:
    one = load_edition(space, edition)
    if method not in ScenarioMethod.values or around(request, one)["is_recused"]:
        raise Http404
    return _edit(request, one, method, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def edit(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    scenario = load_scenario(space, pk, person(request))
    return _edit(request, scenario.edition, scenario.method, scenario)


def _edit(
    request: HttpRequest, edition: Edition, method: str, scenario: Scenario | None
) -> HttpResponse:
    files, _ = candidates_of(edition)
    settings = settings_of(scenario.parameters) if scenario else usual_settings(edition)
    label = dict(ScenarioMethod.choices)[method]
    initial = scenario_initial(settings, files) | {
        "name": scenario.name if scenario else f"Scénario {label}"
    }
    groups = sorted({group for file in files for group in groups_of(file)})
    form = ScenarioForm(
        request.POST or None,
        files=files,
        groups=[(group, group_label(edition, group)) for group in groups]
        + [(g, group_label(edition, g)) for g, _ in settings.minima if g not in groups],
        method=method,
        initial=initial,
    )
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_scenario(
                edition,
                form.draft(),
                by=person(request),
                now=timezone.now(),
                scenario=scenario,
                version=version_of(request),
            )
        except (StepRefused, ValidationError) as refused:
            problem = refused.messages[0] if isinstance(refused, ValidationError) else str(refused)
        else:
            messages.success(request, _said(saved))
            return redirect("jury:scenario", edition.space.slug, saved.pk)
    context = around(request, edition) | {
        "form": form,
        "problem": problem,
        "method": method,
        "heading": scenario.name if scenario else f"Scénario {label}",
        "scenario": scenario,
        "rows": _rows(request, edition, files, scenario),
        "money": money_of(edition),
        "column": compare(edition, [scenario]).columns[0] if scenario else None,
    }
    status = 409 if problem else 422 if form.errors else 200
    return render(request, "calls/jury/scenario.html", context, status=status)


def _said(scenario: Scenario) -> str:
    if "conflict" in scenario.report:
        return "Aucun choix ne respecte toutes ces contraintes : voyez lesquelles s'opposent."
    if scenario.report.get("proven"):
        return "Scénario calculé : c'est le meilleur possible sous ces contraintes, prouvé."
    return "Scénario enregistré."


def _rows(
    request: HttpRequest, edition: Edition, files: list[Any], scenario: Scenario | None
) -> list[dict[str, Any]]:
    """Each file with what is typed, else what is kept."""
    standings, seen = official_standings(edition), viewpoint(request.user, edition)
    amounts = amounts_of(scenario) if scenario else {}
    settings = settings_of(scenario.parameters) if scenario else usual_settings(edition)
    reasons = {line["application"]: line["reason"] for line in scenario.lines} if scenario else {}
    reasons |= settings.forced_in | settings.forced_out
    typed = request.POST
    return [
        {
            "file": one,
            "name": seen.name(one),
            "standing": standings[one.pk],
            "amount": amounts.get(one.pk),
            "typed": typed.get(f"montant-{one.pk}")
            if typed
            else str(amounts.get(one.pk, "")).replace(".", ","),
            "reason": typed.get(f"motif-{one.pk}", reasons.get(one.pk, ""))[:500],
            "way": typed.get(
                f"sort-{one.pk}",
                "in"
                if one.pk in settings.forced_in
                else "out"
                if one.pk in settings.forced_out
                else "",
            ),
        }
        for one in files
    ]


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    scenario = load_scenario(space, pk, person(request))
    if verb not in _ACTS:
        raise Http404
    who = {"by": person(request), "now": timezone.now(), "version": version_of(request)}
    try:
        said = _ACTS[verb](scenario, who)
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("jury:scenarios", space.slug, scenario.edition_id)


def _copy(scenario: Scenario, who: dict[str, Any]) -> str:
    actions.copy_scenario(scenario, by=who["by"], now=who["now"])
    return "Scénario dupliqué."


def _show(scenario: Scenario, who: dict[str, Any]) -> str:
    actions.share_scenario(scenario, shown=True, **who)
    return "Les membres du jury voient ce scénario."


def _hide(scenario: Scenario, who: dict[str, Any]) -> str:
    actions.share_scenario(scenario, shown=False, **who)
    return "Les membres du jury ne voient plus ce scénario."


def _keep(scenario: Scenario, who: dict[str, Any]) -> str:
    actions.keep_scenario(scenario, **who)
    return "Scénario retenu : la séance part de lui, et chaque écart demandera son motif."


def _release(scenario: Scenario, who: dict[str, Any]) -> str:
    actions.drop_kept(scenario.edition, by=who["by"], now=who["now"])
    return "Plus aucun scénario n'est retenu : le classement officiel sert de référence."


def _forget(scenario: Scenario, who: dict[str, Any]) -> str:
    actions.forget_scenario(scenario, **who)
    return "Scénario effacé."


_ACTS: dict[str, Callable[[Scenario, dict[str, Any]], str]] = {
    "dupliquer": _copy,
    "montrer": _show,
    "cacher": _hide,
    "retenir": _keep,
    "liberer": _release,
    "effacer": _forget,
}
