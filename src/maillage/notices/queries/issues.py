"""Issues of the newsletter: what could be in one, and one as it is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from maillage.core.letters.delivery import LOOK
from maillage.core.models import JournalEntry, Letter
from maillage.notices.models import Issue, IssueDelivery, IssueItem, Subscription
from maillage.notices.queries.news import CLOSED, LABEL, facts_between
from maillage.spaces.models import Space
from maillage.structures.models import Structure, Teaser

FIRST_REACH = timedelta(days=30)
MOST = 40
_KEPT = {IssueItem.Kind.NEW: 10, IssueItem.Kind.LABEL: 10, IssueItem.Kind.TEASER: 6}
NUMBER_HEADER = "X-Maillage-Lettre"


def since(space: Space, now: datetime) -> datetime:
    """The last issue that left, or thirty days ago."""
    last = space.issues.filter(sent_at__isnull=False).order_by("-sent_at").first()
    return last.sent_at if last and last.sent_at else now - FIRST_REACH


def first_title(space: Space, now: datetime) -> str:
    month = date_format(timezone.localtime(now), "F Y")
    return f"Lettre d'information {space.name}, {month}"[:120]


def candidates(space: Space, start: datetime, *, today: Any) -> list[IssueItem]:
    """What happened since `start`, not saved; the most telling are kept from the outset."""
    items = [*_new(space, start), *_marked(space, start), *_teasers(space, today)]
    items += _confirmed(space, start)
    order = list(IssueItem.Kind)
    items.sort(key=lambda item: order.index(IssueItem.Kind(item.kind)))
    seen: dict[str, int] = {}
    for rank, item in enumerate(items):
        seen[item.kind] = seen.get(item.kind, 0) + 1
        item.position = rank + 1
        item.is_kept = item.is_kept and seen[item.kind] <= _KEPT.get(IssueItem.Kind(item.kind), 3)
    return items


def _new(space: Space, start: datetime) -> list[IssueItem]:
    found = Structure.objects.published().in_space(space).filter(created_at__gt=start)
    return [
        _item(f"new-{one.pk}", IssueItem.Kind.NEW, one, _short(one.description))
        for one in found.order_by("-created_at", "-id")[:MOST]
    ]


def _marked(space: Space, start: datetime) -> list[IssueItem]:
    """Labels gained and ends of activity, as the journal tells them."""
    lines = JournalEntry.objects.filter(at__gt=start).order_by("pk").values_list("pk", flat=True)
    first, last = lines.first(), lines.last()
    if first is None or last is None:
        return []
    facts = facts_between(first - 1, last)
    here = set(Structure.objects.in_space(space).filter(pk__in=facts).values_list("pk", flat=True))
    items = []
    for number, one in facts.items():
        if number not in here:
            continue
        if LABEL in one.told:
            words = one.told[LABEL].capitalize()
            items.append(_item(f"label-{number}", IssueItem.Kind.LABEL, one.structure, words))
        if CLOSED in one.told:
            words = one.told[CLOSED].capitalize()
            closed = _item(f"closed-{number}", IssueItem.Kind.CLOSED, one.structure, words)
            closed.is_kept = False
            items.append(closed)
    return items[: 2 * MOST]


def _teasers(space: Space, today: Any) -> list[IssueItem]:
    """Those in force that the last issues did not carry."""
    told = IssueItem.objects.filter(
        issue__space=space, issue__sent_at__isnull=False, kind=IssueItem.Kind.TEASER, is_kept=True
    )
    known = set(told.values_list("key", flat=True))
    published = Structure.objects.published().in_space(space)
    found = Teaser.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), structure__in=published
    )
    items = []
    for teaser in found.select_related("structure").order_by("-id")[:MOST]:
        words = f"{teaser.get_kind_display().capitalize()} : {teaser.text}"[:300]
        item = _item(f"teaser-{teaser.pk}", IssueItem.Kind.TEASER, teaser.structure, words)
        item.is_kept = item.key not in known
        items.append(item)
    return items


def _confirmed(space: Space, start: datetime) -> list[IssueItem]:
    published = Structure.objects.published().in_space(space)
    count = published.filter(confirmed_at__gt=start).count()
    if not count:
        return []
    plural = "s" if count > 1 else ""
    title = f"{count} fiche{plural} confirmée{plural} depuis la dernière lettre"
    text = "Merci aux structures qui tiennent leur page à jour."
    return [IssueItem(key="confirmed", kind=IssueItem.Kind.CONFIRMED, title=title, text=text)]


def _item(key: str, kind: str, structure: Structure, text: str) -> IssueItem:
    return IssueItem(key=key, kind=kind, structure=structure, title=structure.name, text=text[:300])


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 180 else f"{words[:180].rsplit(' ', 1)[0]}…"


@dataclass(frozen=True)
class Line:
    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Reading:
    """An issue as it is read: `sections` are (title, lines); addresses are absolute."""

    issue: Issue
    sections: list[tuple[str, list[Line]]]
    url: str
    text: str


def reading(issue: Issue) -> Reading:
    """Two queries; a structure that left the directory since keeps its line, without a link."""
    kept = issue.items.filter(is_kept=True).select_related("structure").order_by("position", "id")
    items = sorted(kept, key=lambda item: list(IssueItem.Kind).index(IssueItem.Kind(item.kind)))
    sections = [
        (str(IssueItem.Kind(kind).label), [_line(issue, item) for item in group])
        for kind, group in groupby(items, key=lambda item: item.kind)
    ]
    path = (
        reverse("news:issue", args=[issue.space.slug, issue.number])
        if issue.number
        else reverse("news:letters", args=[issue.space.slug])
    )
    url = f"{settings.BASE_URL}{path}"
    return Reading(issue, sections, url, _text(issue, sections, url))


def _line(issue: Issue, item: IssueItem) -> Line:
    url = ""
    if item.structure is not None and item.kind != IssueItem.Kind.CLOSED:
        path = reverse("directory:structure", args=[issue.space.slug, item.structure.slug])
        url = f"{settings.BASE_URL}{path}"
    return Line(item.title, item.text, url)


def _text(issue: Issue, sections: list[tuple[str, list[Line]]], url: str) -> str:
    parts = [issue.title.upper(), issue.introduction.strip()]
    for title, lines in sections:
        parts.append(f"{title}\n{'-' * len(title)}")
        parts += [
            "\n".join(["* " + one.title, *(f"  {x}" for x in (one.text, one.url) if x)])
            for one in lines
        ]
    parts.append(f"Lire en ligne : {url}")
    parts.append(
        f"Vous recevez la lettre d'information de l'espace {issue.space.name} parce que vous l'avez demandée "
        "et confirmé par e-mail."
    )
    return "\n\n".join(part for part in parts if part)


def letter_parts(letter: Letter) -> tuple[str, str]:
    """Text and HTML of a letter that carries an issue."""
    number = letter.headers.get(NUMBER_HEADER, "")
    issue = Issue.objects.select_related("space").filter(pk=number or 0).first()
    if issue is None:
        return letter.body, ""
    shown = reading(issue)
    stop = letter.headers.get("List-Unsubscribe", "").strip("<>")
    context = {"reading": shown, "look": LOOK, "stop": stop}
    return shown.text, render_to_string("notices/issue_letter.html", context)


def subscribers(space: Space) -> QuerySet[Subscription]:
    """Who agreed, has not stopped, and whose server did not refuse the last letters for good."""
    refused = IssueDelivery.objects.filter(
        subscription=OuterRef("pk"), letter__status=Letter.Status.REFUSED
    )
    agreed = space.subscriptions.filter(confirmed_at__isnull=False, ended_at__isnull=True)
    return agreed.exclude(Exists(refused))


@dataclass(frozen=True)
class Progress:
    total: int
    written: int
    sent: int
    refused: int


def progress(issue: Issue) -> Progress:
    tally = issue.deliveries.aggregate(
        written=Count("pk"),
        sent=Count("pk", filter=Q(letter__status=Letter.Status.SENT)),
        refused=Count("pk", filter=Q(letter__status__in=["refused", "failed"])),
    )
    waiting = 0
    if issue.state != Issue.State.SENT:
        written = IssueDelivery.objects.filter(issue=issue, subscription=OuterRef("pk"))
        waiting = subscribers(issue.space).exclude(Exists(written)).count()
    return Progress(tally["written"] + waiting, tally["written"], tally["sent"], tally["refused"])
