"""Rules, examples and criteria of a call, kept by agents."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions import rules as actions
from maillage.calls.enums import RuleKind
from maillage.calls.forms.criteria import CriterionForm
from maillage.calls.forms.examples import ExampleForm
from maillage.calls.forms.rules import HINTS, RuleForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Criterion, Edition, EligibilityRule, RuleExample
from maillage.calls.queries.rules import is_free, takes_erratum, try_examples, weights_of
from maillage.calls.views.partners import told
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


def edition_of(space: Space, pk: int) -> Edition:
    found = get_object_or_404(Edition, space=space, pk=pk)
    found.space = space
    return found


@require_safe
@for_agents
def home(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    found = edition_of(space, edition)
    rules = list(found.rules.all())
    criteria = list(found.criteria.all())
    context = {
        "edition": found,
        "rules": rules,
        "criteria": criteria,
        "weights": weights_of(criteria),
        "tried": try_examples(found, rules, timezone.now()),
        "is_free": is_free(found),
        "takes_erratum": takes_erratum(found),
    }
    return render(request, "calls/rules/home.html", context)


@require_safe
@for_agents
def choose(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """On what the new rule bears."""
    found = edition_of(space, edition)
    kinds = [(one.value, one.label, HINTS[one]) for one in RuleKind]
    return render(request, "calls/rules/choose.html", {"edition": found, "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def new_rule(request: HttpRequest, space: Space, edition: int, kind: str) -> HttpResponse:
    if kind not in RuleKind.values:
        raise Http404
    found = edition_of(space, edition)
    rule = EligibilityRule(edition=found, kind=kind, label=RuleKind(kind).label.capitalize())
    return _rule(request, found, rule)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def rule(request: HttpRequest, space: Space, edition: int, pk: int) -> HttpResponse:
    found = edition_of(space, edition)
    return _rule(request, found, get_object_or_404(found.rules, pk=pk))


def _rule(request: HttpRequest, edition: Edition, one: EligibilityRule) -> HttpResponse:
    locked = not is_free(edition)
    if locked and (one.pk is None or not takes_erratum(edition)):
        messages.error(request, actions.LOCKED)
        return redirect("callrules:home", edition.space.slug, edition.pk)
    form = RuleForm(
        request.POST or None, instance=one, edition=edition, kind=one.kind, locked=locked
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_rule(
                edition,
                form.rule(),
                by=request.user,
                now=timezone.now(),
                erratum=form.cleaned_data.get("erratum", ""),
            )
        except ValidationError as error:
            told(form, error)
        except StepRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La règle est enregistrée.")
            return redirect("callrules:home", edition.space.slug, edition.pk)
    context = {
        "edition": edition,
        "form": form,
        "one": one,
        "locked": locked,
        "title": one.label if one.pk else f"Nouvelle règle : {RuleKind(one.kind).label}",
    }
    return render(request, "calls/rules/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def criterion(request: HttpRequest, space: Space, edition: int, pk: int = 0) -> HttpResponse:
    found = edition_of(space, edition)
    one = get_object_or_404(found.criteria, pk=pk) if pk else Criterion(edition=found)
    if not is_free(found):
        messages.error(request, actions.LOCKED)
        return redirect("callrules:home", space.slug, found.pk)
    form = CriterionForm(request.POST or None, instance=one)
    others = weights_of([row for row in found.criteria.all() if row.pk != one.pk])
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_criterion(found, form.criterion(), by=request.user, now=timezone.now())
        except ValidationError as error:
            told(form, error)
        except StepRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le critère est enregistré.")
            return redirect("callrules:home", space.slug, found.pk)
    context = {
        "edition": found,
        "form": form,
        "one": one,
        "others": others,
        "left": 100 - others,
        "title": one.label if one.pk else "Nouveau critère",
    }
    return render(request, "calls/rules/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def example(request: HttpRequest, space: Space, edition: int, pk: int = 0) -> HttpResponse:
    found = edition_of(space, edition)
    one = get_object_or_404(found.examples, pk=pk) if pk else RuleExample(edition=found)
    form = ExampleForm(
        request.POST or None,
        edition=found,
        rules=list(found.rules.all()),
        example=one,
        now=timezone.now(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_example(found, form.made(), by=request.user, now=timezone.now())
        except ValidationError as error:
            told(form, error)
        else:
            messages.success(request, "L'exemple est enregistré et essayé.")
            return redirect("callrules:home", space.slug, found.pk)
    context = {
        "edition": found,
        "form": form,
        "one": one,
        "title": one.label if one.pk else "Nouvel exemple",
    }
    return render(request, "calls/rules/edit.html", context)


_ROWS = {"regle": EligibilityRule, "critere": Criterion, "exemple": RuleExample}


@require_POST
@for_agents
def act(
    request: HttpRequest, space: Space, edition: int, what: str, pk: int, verb: str
) -> HttpResponse:
    """Remove a row, or move it one place (`monter`, `descendre`)."""
    found = edition_of(space, edition)
    if what not in _ROWS or verb not in {"retirer", "monter", "descendre"}:
        raise Http404
    one = get_object_or_404(_ROWS[what], edition=found, pk=pk)
    try:
        if verb == "retirer":
            actions.remove(one, by=request.user, now=timezone.now())
        elif isinstance(one, RuleExample):
            raise Http404
        else:
            actions.move(one, up=verb == "monter", by=request.user, now=timezone.now())
    except StepRefused as error:
        messages.error(request, str(error))
    return redirect("callrules:home", space.slug, found.pk)
