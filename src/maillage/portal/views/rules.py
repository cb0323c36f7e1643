"""Rules of the ESS perimeter: see what would change, then change it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.portal.actions.rules import apply_rule, effect_of
from maillage.portal.forms.taxonomy import ActivityForm, LegalCategoryForm, RuleSearchForm
from maillage.portal.queries import tables as queries
from maillage.spaces.access import allowed, for_agents
from maillage.spaces.models import Space
from maillage.structures.models import Activity, LegalCategory


def _asked(request: HttpRequest) -> tuple[RuleSearchForm, str, int]:
    form = RuleSearchForm(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    page = request.GET.get("page", "1")
    return form, q, int(page) if page.isdecimal() and len(page) < 7 else 1


@require_safe
@for_agents
def legal_categories(request: HttpRequest, space: Space) -> HttpResponse:
    form, q, page = _asked(request)
    context = {"form": form, "q": q, "page": queries.legal_categories(q, page)}
    return render(request, "portal/manage/legal_categories.html", context)


@require_safe
@for_agents
def activities(request: HttpRequest, space: Space) -> HttpResponse:
    form, q, page = _asked(request)
    context = {"form": form, "q": q, "page": queries.activities(q, page)}
    return render(request, "portal/manage/activities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("vocabulary.keep")
def legal_category(request: HttpRequest, space: Space, code: str) -> HttpResponse:
    row = get_object_or_404(LegalCategory, pk=code)
    form = LegalCategoryForm(request.POST or None, instance=LegalCategory.objects.get(pk=code))
    return _rule(request, space, row, form, "manage:legal_categories")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("vocabulary.keep")
def activity(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    row = get_object_or_404(Activity, pk=pk)
    form = ActivityForm(request.POST or None, instance=Activity.objects.get(pk=pk))
    return _rule(request, space, row, form, "manage:activities")


def _rule(
    request: HttpRequest,
    space: Space,
    row: LegalCategory | Activity,
    form: LegalCategoryForm | ActivityForm,
    then: str,
) -> HttpResponse:
    """First post: what would change. Second one, confirmed: change it."""
    effect = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["confirm"]:
            apply_rule(row, form.values(), by=request.user, now=timezone.now(), space=space)
            messages.success(
                request, "La règle est enregistrée ; les appartenances sont recalculées."
            )
            return redirect(then, space.slug)
        effect = effect_of(row, form.values(), today=timezone.localdate())
    context = {"row": row, "form": form, "effect": effect, "then": then}
    return render(request, "portal/manage/rule.html", context)
