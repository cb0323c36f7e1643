"""Calls of webhooks: each received at least once, signed, tried again, given up, paused, never inside."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from maillage.api.actions import delivering
from maillage.api.actions.delivering import LEASE, deliver
from maillage.api.actions.telling import tell
from maillage.api.actions.webhooks import JOB, create_webhook, ping, resume, send_again
from maillage.api.lib.webhooks import EVENT_LABELS, MOST_FAILURES, secret_of, signature
from maillage.api.models import Webhook, WebhookDelivery
from maillage.api.tasks import is_due
from maillage.core import journal, schedule
from maillage.core.jobs import drain
from maillage.core.models import JournalEntry, Letter
from maillage.core.retention import retentions
from maillage.spaces.models import Role, Space
from tests.api.receiver import Call, Receiver
from tests.factories import NOW, Cast, make_structure

pytestmark = pytest.mark.django_db
Status = WebhookDelivery.Status


@pytest.fixture(autouse=True)
def loopback_may_be_called(settings: object) -> None:
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as one:
        yield one


@pytest.fixture
def webhook(cast: Cast, receiver: Receiver) -> Webhook:
    return create_webhook(
        cast.space,
        url=receiver.url,
        events=list(EVENT_LABELS),
        description="",
        by=cast.aicha,
        now=NOW,
    )


def changed(cast: Cast, count: int = 1) -> None:
    for _ in range(count):
        made = make_structure(in_space=cast.space)
        journal.record("edit", made, by=cast.chloe, at=NOW)
    tell(now=NOW)


def later(**given: int) -> datetime:
    return NOW + timedelta(**given)


def test_a_call_is_signed_and_says_which_it_is(cast: Cast, webhook: Webhook, receiver: Receiver):
    changed(cast)
    assert deliver(now=NOW) == 1
    call, sent = receiver.calls[0], webhook.deliveries.get()
    parts = dict(part.split("=") for part in call.headers["Maillage-Signature"].split(","))
    signed = f"{parts['t']}.".encode() + call.body
    wanted = hmac.new(secret_of(webhook.salt).encode(), signed, hashlib.sha256).hexdigest()
    assert parts == {"t": str(int(NOW.timestamp())), "v1": wanted}
    assert call.headers["Maillage-Event"] == "structure.updated"
    assert call.headers["Maillage-Delivery"] == call.said["id"] == str(sent.event_id)
    assert call.headers["Content-Type"] == "application/json"
    assert (sent.status, sent.answered, sent.attempts, sent.done_at) == (
        Status.DONE,
        "200 vu",
        1,
        NOW,
    )
    assert deliver(now=later(days=1)) == 0
    assert len(receiver.calls) == 1


def test_the_signature_is_what_the_documents_say():
    at = datetime.fromtimestamp(1_700_000_000, tz=NOW.tzinfo)
    assert signature("mwh_x", b'{"a":1}', at) == (
        "t=1700000000,v1=" + hmac.digest(b"mwh_x", b'1700000000.{"a":1}', "sha256").hex()
    )


def test_a_failed_call_waits_longer_each_time_and_is_given_up(
    cast: Cast, webhook: Webhook, receiver: Receiver
):
    receiver.answer = lambda _call: 500
    changed(cast)
    now, waits = NOW, []
    for _ in range(6):
        deliver(now=now)
        one = webhook.deliveries.get()
        waits.append(
            (one.due_at - now) // timedelta(minutes=1) if one.status == Status.WAITING else None
        )
        now = one.due_at
    assert waits == [1, 5, 30, 120, 720, None]
    assert (one.status, one.attempts, one.answered) == (Status.FAILED, 6, "500 vu")
    assert len({call.said["id"] for call in receiver.calls}) == 1
    assert len(receiver.calls) == 6
    send_again(one, now=now)
    receiver.answer = lambda _call: 204
    assert deliver(now=now) == 1
    assert receiver.calls[-1].said["id"] == str(one.event_id)


def test_two_hundred_events_half_refused_and_a_worker_killed(
    cast: Cast, webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    """None is lost, each identifier comes back the same, and what was received stays received."""
    seen: Counter[str] = Counter()
    accepted: set[str] = set()

    def every_other(call: Call) -> int:
        one = call.said["id"]
        seen[one] += 1
        if seen[one] % 2:
            return 503
        accepted.add(one)
        return 200

    receiver.answer = every_other
    changed(cast, 200)
    events = {str(pk) for pk in webhook.deliveries.values_list("event_id", flat=True)}
    assert len(events) == 200
    finish = delivering._received

    def killed(*_given: object) -> None:
        monkeypatch.setattr(delivering, "_received", finish)
        raise KeyboardInterrupt

    monkeypatch.setattr(delivering, "_received", killed)
    now, deaths = NOW, 0
    for _ in range(400):
        try:
            deliver(now=now)
        except KeyboardInterrupt:
            deaths += 1
        waiting = webhook.deliveries.filter(status=Status.WAITING).order_by("due_at").first()
        if waiting is None:
            break
        now = max(now, waiting.due_at)
    assert accepted == events == set(seen)
    assert set(webhook.deliveries.values_list("status", flat=True)) == {Status.DONE}
    assert (deaths, max(seen.values())) == (1, 4)


def test_two_processes_do_not_make_the_same_call(cast: Cast, webhook: Webhook):
    changed(cast)
    first = delivering._take(NOW, [])
    assert first is not None
    assert delivering._take(NOW, []) is None
    assert delivering._take(NOW + LEASE, []) == first


def test_a_receiver_that_fails_does_not_hold_the_others(
    cast: Cast, webhook: Webhook, receiver: Receiver
):
    receiver.answer = lambda _call: 500
    with Receiver() as good:
        create_webhook(
            cast.space,
            url=good.url,
            events=list(EVENT_LABELS),
            description="",
            by=cast.aicha,
            now=NOW,
        )
        changed(cast, 10)
        assert deliver(now=NOW) == 10
        assert len(good.calls) == 10
    assert len(receiver.calls) == 3


class TestPause:
    def failing(self, webhook: Webhook, since: datetime) -> None:
        Webhook.objects.filter(pk=webhook.pk).update(
            failures=MOST_FAILURES - 1, failing_since=since
        )

    def test_failing_for_long_pauses_and_tells_its_maker(
        self, cast: Cast, webhook: Webhook, receiver: Receiver
    ):
        receiver.answer = lambda _call: 500
        self.failing(webhook, later(hours=-13))
        changed(cast, 2)
        deliver(now=NOW)
        webhook.refresh_from_db()
        assert webhook.paused_at == NOW
        letter = Letter.objects.get(kind="api.webhook_paused")
        assert letter.to == cast.aicha.email
        assert letter.link.endswith(
            f"/{cast.space.slug}/gestion/donnees-ouvertes/webhooks/{webhook.pk}/"
        )
        assert "500 vu" in letter.body
        assert JournalEntry.objects.get(action="webhook_paused").by is None
        assert len(receiver.calls) == 1
        assert (deliver(now=later(days=1)), is_due(later(days=1))) == (0, False)
        receiver.answer = lambda _call: 200
        resume(webhook, by=cast.aicha, now=later(days=2))
        webhook.refresh_from_db()
        assert (webhook.failures, webhook.failing_since) == (0, None)
        assert deliver(now=later(days=2)) == 2

    def test_who_administers_the_space_no_more_is_told_nothing(
        self, cast: Cast, webhook: Webhook, receiver: Receiver
    ):
        Role.objects.filter(space=cast.space, user=cast.aicha).update(kind="partner")
        Role.objects.filter(space=cast.space, user=cast.chloe).update(kind="administrator")
        receiver.answer = lambda _call: 500
        self.failing(webhook, later(hours=-13))
        changed(cast)
        deliver(now=NOW)
        assert Letter.objects.get(kind="api.webhook_paused").to == cast.chloe.email

    def test_a_short_outage_does_not(self, cast: Cast, webhook: Webhook, receiver: Receiver):
        receiver.answer = lambda _call: 500
        self.failing(webhook, later(hours=-1))
        changed(cast)
        deliver(now=NOW)
        webhook.refresh_from_db()
        assert (webhook.paused_at, webhook.failures) == (None, MOST_FAILURES)
        receiver.answer = lambda _call: 200
        deliver(now=later(hours=1))
        webhook.refresh_from_db()
        assert (webhook.failures, webhook.failing_since) == (0, None)

    def test_gone_is_gone(self, cast: Cast, webhook: Webhook, receiver: Receiver):
        receiver.answer = lambda _call: 410
        changed(cast)
        deliver(now=NOW)
        webhook.refresh_from_db()
        assert webhook.paused_at == NOW


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://169.254.169.254/latest/meta-data/", "réseau privé ou réservé"),
        ("https://10.0.0.1/", "réseau privé ou réservé"),
    ],
)
def test_an_address_that_leads_inside_is_never_called(
    url: str, said: str, cast: Cast, webhook: Webhook, settings: object
):
    """Even when it got into the database some other way."""
    settings.OUTBOUND_NETWORKS = []
    Webhook.objects.update(url=url)
    changed(cast)
    assert deliver(now=NOW) == 0
    assert said in webhook.deliveries.get().answered


def test_a_redirect_is_a_failure(cast: Cast, webhook: Webhook, receiver: Receiver):
    receiver.answer = lambda _call: 302
    changed(cast)
    assert deliver(now=NOW) == 0
    assert webhook.deliveries.get().answered == "302 vu"


@pytest.mark.django_db(transaction=True)
def test_the_worker_reads_the_journal_and_calls(cast: Cast, webhook: Webhook, receiver: Receiver):
    made = make_structure(in_space=cast.space)
    journal.record("edit", made, by=cast.chloe, at=NOW)
    assert JOB in schedule.ask_due(NOW)
    done = [one for one in drain() if one.name == JOB]
    assert [one.result for one in done] == [{"told": 1, "received": 1}]
    assert JOB not in schedule.ask_due(later(minutes=1))
    ping(webhook, now=timezone.now())
    assert [one.result for one in drain() if one.name == JOB] == [{"told": 0, "received": 1}]
    assert [call.said["event"] for call in receiver.calls] == ["structure.updated", "ping"]


def test_calls_are_forgotten_after_ninety_days(cast: Cast, webhook: Webhook):
    changed(cast, 2)
    one, other = webhook.deliveries.all()
    WebhookDelivery.objects.filter(pk=one.pk).update(status=Status.DONE)
    purge = retentions()["api.deliveries"].purge
    assert purge(later(days=89)) == 0
    assert purge(later(days=91)) == 1
    assert list(webhook.deliveries.all()) == [other]  # it still waits


def test_a_space_that_closed_tells_nothing_until_it_opens_again(cast: Cast, webhook, receiver):
    changed(cast)
    Space.objects.filter(pk=cast.space.pk).update(is_public=False)
    ping(webhook, now=NOW)
    assert deliver(now=NOW) == 1
    assert [call.said["event"] for call in receiver.calls] == ["ping"]
    Space.objects.filter(pk=cast.space.pk).update(is_public=True)
    assert deliver(now=NOW) == 1
