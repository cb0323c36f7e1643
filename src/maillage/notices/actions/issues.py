"""Prepare an issue of the newsletter and send it: to each address once, whatever happens meanwhile."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.jobs import enqueue
from maillage.core.letters.outbox import Recipient, post_many
from maillage.core.letters.stop import one_click
from maillage.notices.lib.keys import newsletter_key
from maillage.notices.models import Issue, IssueDelivery, IssueItem, Subscription
from maillage.notices.notices import ISSUE
from maillage.notices.queries.issues import (
    NUMBER_HEADER,
    candidates,
    first_title,
    reading,
    since,
    subscribers,
)
from maillage.spaces.models import Space

JOB = "notices.send_issues"
_BATCH = 500


class IssueClosedError(Exception):
    """The issue is not in preparation any more. The message is a French sentence."""


class IssueConflictError(Exception):
    """Somebody else changed the issue meanwhile."""


@transaction.atomic
def new_issue(space: Space, *, by: User | None, now: datetime) -> Issue:
    """A draft with what happened since the last issue."""
    issue = Issue.objects.create(
        space=space,
        title=first_title(space, now),
        since=since(space, now),
        created_by=by,
        created_at=now,
    )
    _gather(issue, now)
    journal.record("issue_started", issue, by=by, at=now, space_id=space.pk)
    return issue


@transaction.atomic
def gather_again(issue: Issue, *, now: datetime) -> int:
    """Add what happened meanwhile; what is there stays as it is. The number of news added."""
    return _gather(_open(issue), now)


def _gather(issue: Issue, now: datetime) -> int:
    known = set(issue.items.values_list("key", flat=True))
    found = candidates(issue.space, issue.since, today=timezone.localdate(now))
    fresh = [item for item in found if item.key not in known]
    last = issue.items.aggregate(last=Max("position"))["last"] or 0
    for rank, item in enumerate(fresh, start=1):
        item.issue, item.position = issue, last + rank
        item.is_kept = item.is_kept and not known
    IssueItem.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def save_issue(
    issue: Issue,
    title: str,
    introduction: str,
    items: Iterable[IssueItem],
    *,
    seen: int,
    by: User,
    now: datetime,
) -> Issue:
    """Raises IssueConflictError when the issue is not at version `seen` any more."""
    held = _open(issue)
    if held.version != seen:
        raise IssueConflictError
    held.title, held.introduction = title, introduction
    held.version += 1
    held.save(update_fields=["title", "introduction", "version"])
    IssueItem.objects.bulk_update(items, ["is_kept", "position", "text"])
    journal.record("issue_saved", held, by=by, at=now, space_id=held.space_id)
    return held


@transaction.atomic
def schedule_issue(issue: Issue, at: datetime, *, by: User, now: datetime) -> Issue:
    """Send it at `at`, or now when that is past."""
    held = _open(issue)
    held.state, held.send_at = Issue.State.SCHEDULED, max(at, now)
    held.save(update_fields=["state", "send_at"])
    changes = {"send_at": [None, held.send_at.isoformat()]}
    journal.record("issue_scheduled", held, by=by, at=now, changes=changes, space_id=held.space_id)
    if held.send_at <= now:
        enqueue(JOB)
    return held


@transaction.atomic
def cancel_issue(issue: Issue, *, by: User, now: datetime) -> bool:
    """Back to preparation; False once sending has begun."""
    held = Issue.objects.filter(pk=issue.pk, state=Issue.State.SCHEDULED)
    if not held.update(state=Issue.State.DRAFT, send_at=None):
        return False
    journal.record("issue_cancelled", issue, by=by, at=now, space_id=issue.space_id)
    return True


def delete_issue(issue: Issue, *, by: User, now: datetime) -> None:
    """A draft only."""
    with transaction.atomic():
        held = _open(issue)
        journal.record("issue_dropped", held, by=by, at=now, space_id=held.space_id)
        held.delete()


def send_test(issue: Issue, *, by: User, now: datetime) -> None:
    """To who asks, as the subscribers will see it."""
    me = Recipient(
        to=by.email,
        values={"title": f"[Essai] {issue.title}", "space": issue.space.name},
        headers={NUMBER_HEADER: str(issue.pk)},
    )
    post_many(ISSUE, [me], now=now, space_id=issue.space_id)


def is_due(now: datetime) -> bool:
    """An issue waits to be written to its subscribers."""
    begun = Issue.objects.filter(state=Issue.State.SENDING)
    return begun.exists() or _scheduled(now).exists()


def send_issues(now: datetime) -> int:
    """Write every issue that is due to who did not get it yet; the number of letters written."""
    _begin(now)
    written = 0
    for pk in list(Issue.objects.filter(state=Issue.State.SENDING).values_list("pk", flat=True)):
        while count := _batch(pk, now):
            written += count
    return written


def _scheduled(now: datetime) -> QuerySet[Issue]:
    return Issue.objects.filter(state=Issue.State.SCHEDULED, send_at__lte=now)


def _begin(now: datetime) -> None:
    """An issue gets its number as it leaves: numbers have no hole."""
    for pk, space_id in list(_scheduled(now).values_list("pk", "space")):
        with transaction.atomic():
            Space.objects.select_for_update().get(pk=space_id)
            last = Issue.objects.filter(space=space_id).aggregate(last=Max("number"))["last"] or 0
            held = Issue.objects.filter(pk=pk, state=Issue.State.SCHEDULED)
            held.update(state=Issue.State.SENDING, number=last + 1)


@transaction.atomic
def _batch(pk: int, now: datetime) -> int:
    """Some hundreds of letters and the mark that they are written, together; 0 ends the issue."""
    issue = (
        Issue.objects.select_for_update(of=("self",))
        .select_related("space")
        .filter(pk=pk, state=Issue.State.SENDING)
        .first()
    )
    if issue is None:
        return 0
    written = IssueDelivery.objects.filter(issue=issue, subscription=OuterRef("pk"))
    people = list(subscribers(issue.space).exclude(Exists(written)).order_by("pk")[:_BATCH])
    if not people:
        issue.state, issue.sent_at = Issue.State.SENT, now
        issue.save(update_fields=["state", "sent_at"])
        journal.record("issue_sent", issue, by=None, at=now, space_id=issue.space_id)
        return 0
    url, values = reading(issue).url, {"title": issue.title, "space": issue.space.name}
    recipients = [
        Recipient(to=one.email, values=values, link=url, headers=_headers(issue, one))
        for one in people
    ]
    letters = post_many(ISSUE, recipients, now=now, space_id=issue.space_id)
    IssueDelivery.objects.bulk_create(
        IssueDelivery(issue=issue, subscription=one, letter=letter)
        for one, letter in zip(people, letters, strict=True)
    )
    return len(people)


def _headers(issue: Issue, subscription: Subscription) -> dict[str, str]:
    slug = issue.space.slug
    path = reverse("news:stop", args=[slug, newsletter_key(subscription.pk)])
    host = settings.BASE_URL.split("//", 1)[-1].split(":")[0].split("/")[0]
    headers = one_click(f"{settings.BASE_URL}{path}")
    headers |= {"List-Id": f"<lettre.{slug}.{host}>", NUMBER_HEADER: str(issue.pk)}
    if issue.space.contact_email:
        headers["Reply-To"] = issue.space.contact_email
    return headers


def _open(issue: Issue) -> Issue:
    """The issue, locked. Raises IssueClosedError once it is scheduled or gone."""
    held = (
        Issue.objects.select_for_update(of=("self",))
        .select_related("space")
        .filter(pk=issue.pk, state=Issue.State.DRAFT)
        .first()
    )
    if held is None:
        raise IssueClosedError("Cette lettre n'est plus en préparation : elle ne peut pas changer.")
    return held
