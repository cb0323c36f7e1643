"""The newsletter for the agents of a space: prepare, preview, try, send."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core.letters.delivery import LOOK
from maillage.notices.actions import issues as actions
from maillage.notices.forms.newsletter import IssueForm, WhenForm, item_forms
from maillage.notices.models import Issue
from maillage.notices.queries import issues as queries
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


def _get(space: Space, pk: int) -> Issue:
    return get_object_or_404(Issue.objects.select_related("space"), pk=pk, space=space)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def issues(request: HttpRequest, space: Space) -> HttpResponse:
    """The issues, newest first; POST begins one."""
    if request.method == "POST":
        made = actions.new_issue(space, by=request.user, now=timezone.now())
        return redirect("issues:edit", space.slug, made.pk)
    context = {
        "issues": list(space.issues.select_related("created_by")[:100]),
        "subscribers": queries.subscribers(space).count(),
    }
    return render(request, "notices/manage/issues.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def edit(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """What was typed is kept whatever is wrong, and when another agent saved meanwhile."""
    issue = _get(space, pk)
    if not issue.is_open:
        return redirect("issues:send", space.slug, pk)
    now, crossed = timezone.now(), False
    if request.POST.get("act") == "gather":
        count = actions.gather_again(issue, now=now)
        messages.success(
            request, f"Nouvelles ajoutées : {count}." if count else "Rien de neuf depuis."
        )
        return redirect("issues:edit", space.slug, pk)
    initial = {"title": issue.title, "introduction": issue.introduction, "seen": issue.version}
    form = IssueForm(request.POST or None, initial=initial)
    items = item_forms(issue, request.POST or None)
    if request.method == "POST" and form.is_valid() and items.is_valid():
        rows = [one.instance for one in items.forms]
        kept = [row for row in rows if row.pk and row.issue_id == issue.pk]
        data = form.cleaned_data
        words = data["title"], data["introduction"]
        try:
            actions.save_issue(issue, *words, kept, seen=data["seen"], by=request.user, now=now)
        except actions.IssueConflictError:
            crossed = True
            again = request.POST.copy()
            again["seen"] = str(Issue.objects.values_list("version", flat=True).get(pk=pk))
            form = IssueForm(again)
        except actions.IssueClosedError as refused:
            messages.error(request, str(refused))
            return redirect("issues:list", space.slug)
        else:
            then = "issues:preview" if request.POST.get("act") == "preview" else "issues:edit"
            messages.success(request, "La lettre est enregistrée.")
            return redirect(then, space.slug, pk)
    theirs = queries.reading(_get(space, pk)) if crossed else None
    context = {"issue": issue, "form": form, "items": items, "theirs": theirs}
    return render(request, "notices/manage/issue_edit.html", context)


@require_safe
@for_agents
def preview(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    issue = _get(space, pk)
    context = {"issue": issue, "reading": queries.reading(issue), "look": LOOK, "stop": ""}
    return render(request, "notices/manage/issue_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def send(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Try, send now, send later, take back, drop; then how far it went."""
    issue, now = _get(space, pk), timezone.now()
    act = request.POST.get("act", "")
    when = WhenForm(request.POST if act == "later" else None)
    if request.method == "POST":
        try:
            done = _do(request, issue, act, when)
        except actions.IssueClosedError as refused:
            messages.error(request, str(refused))
            done = "issues:send"
        if done == "issues:list":
            return redirect(done, space.slug)
        if done:
            return redirect(done, space.slug, pk)
    context = {
        "issue": issue,
        "when": when,
        "subscribers": queries.subscribers(space).count(),
        "progress": None if issue.is_open else queries.progress(issue),
        "is_late": bool(issue.send_at and issue.send_at <= now),
    }
    return render(request, "notices/manage/issue_send.html", context)


def _do(request: HttpRequest, issue: Issue, act: str, when: WhenForm) -> str:
    """The page to go to; empty to show this one with its errors."""
    now, by = timezone.now(), request.user
    if act == "test":
        actions.send_test(issue, by=by, now=now)
        messages.success(request, f"Un essai part vers {by.email}.")
    elif act == "now":
        actions.schedule_issue(issue, now, by=by, now=now)
        messages.success(request, "L'envoi commence.")
    elif act == "later":
        if not when.is_valid():
            return ""
        actions.schedule_issue(issue, when.cleaned_data["at"], by=by, now=now)
        messages.success(request, "L'envoi est programmé.")
    elif act == "cancel":
        if actions.cancel_issue(issue, by=by, now=now):
            messages.success(request, "L'envoi est annulé : la lettre revient en préparation.")
        else:
            messages.error(request, "Trop tard : l'envoi a commencé.")
    elif act == "drop":
        actions.delete_issue(issue, by=by, now=now)
        messages.success(request, "La lettre en préparation est supprimée.")
        return "issues:list"
    return "issues:send"
