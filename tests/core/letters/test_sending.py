"""A mail server that is away, slow, picky: letters wait, leave once, or are given back with its words."""

from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import Envelope
from django.utils import timezone

from maillage.core import schedule
from maillage.core.jobs import drain
from maillage.core.letters import circuit, sending
from maillage.core.letters.kinds import LetterKind, declare
from maillage.core.letters.outbox import Recipient, post, post_many
from maillage.core.models import Job, Letter, MailServer
from tests.core.letters.post_office import PostOffice

pytestmark = pytest.mark.django_db
NEWS = LetterKind(
    code="test.news",
    label="Nouvelle",
    subject="Des nouvelles de {structure}",
    text="Bonjour {person},\n\ndu nouveau chez {structure}.",
    button="Ouvrir la fiche",
    places={"person": "Nadia", "structure": "La Ressourcerie"},
)
SECRET = LetterKind(code="test.code", label="Code", subject="Code", text="{code}", secret=True,
                    places={"code": "1234"})  # fmt: skip


def write(count: int = 1, *, kind: LetterKind = NEWS, **values: str) -> list[Letter]:
    words = {"person": "Nadia", "structure": "La Ressourcerie", "code": "12345678"} | values
    people = [Recipient(to=f"p{n}@test.example", values=words) for n in range(count)]
    return post_many(kind, people, now=timezone.now())


def states() -> list[str]:
    return list(Letter.objects.order_by("id").values_list("status", flat=True))


class Clock:
    """The time that `timezone.now()` gives."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def shift(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    monkeypatch.setattr(schedule, "entries", list)  # what comes back each night is not our subject
    return made


def pass_minutes(clock: Clock, minutes: int) -> None:
    """As a running worker does: each minute it asks for what is due, then does it."""
    for _ in range(minutes):
        clock.shift(60)
        schedule.ask_due(timezone.now())
        drain()


def test_many_letters_leave_by_one_job_and_one_connection_per_batch(office: PostOffice) -> None:
    write(45)
    assert [job.result for job in drain()] == [45]
    assert set(states()) == {"sent"}
    assert office.recipients == [f"p{n}@test.example" for n in range(45)]
    assert office.connections == 3


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        ("550 5.1.1 unknown", "refused", "550 5.1.1 unknown"),
        ("450 4.2.1 later", "waiting", "450 4.2.1 later"),
    ],
)
def test_an_address_refused_for_good_is_not_tried_again(
    office: PostOffice, clock, answer: str, expected: str, said: str
) -> None:
    office.answers["p1@test.example"] = [answer, "250 OK"]
    write(3)
    drain()
    assert states() == ["sent", expected, "sent"]
    assert Letter.objects.get(to="p1@test.example").error == said
    pass_minutes(clock, 2)
    assert states() == ["sent", "refused" if expected == "refused" else "sent", "sent"]
    assert len(office.taken) == (2 if expected == "refused" else 3)


@pytest.mark.parametrize(("answer", "expected"), [("554 spam", "refused"), ("451 busy", "waiting")])
def test_a_text_that_is_refused_concerns_its_letter_only(
    office: PostOffice, answer: str, expected: str
) -> None:
    def picky(envelope: Envelope) -> str | None:
        return answer if envelope.rcpt_tos == ["p0@test.example"] else None

    office.on_data = picky
    write(3)
    drain()
    assert states() == [expected, "sent", "sent"]
    assert not MailServer.objects.filter(down_since__isnull=False).exists()


def test_temporary_refusals_end_after_days(office: PostOffice, clock) -> None:
    office.answers["p0@test.example"] = ["450 later"]
    write()
    for _ in range(sending.GIVE_UP + 3):
        drain()
        clock.shift(6 * 3600 + 1)
        schedule.ask_due(timezone.now())
    letter = Letter.objects.get()
    assert (letter.status, letter.attempts, letter.error) == ("failed", 24, "450 later")


def test_a_server_away_for_an_hour_loses_nothing_and_doubles_nothing(
    office: PostOffice, clock
) -> None:
    office.close()
    write(30)
    drain()
    pass_minutes(clock, 5)
    known = circuit.state()
    assert (known.failures >= circuit.FAILURES, known.down_since is not None) == (True, True)
    assert (set(states()), circuit.is_closed(timezone.now())) == ({"waiting"}, True)
    write(10)  # an hour goes on, people too
    pass_minutes(clock, 55)
    assert circuit.state().failures < 15  # probes are rare
    assert set(Letter.objects.values_list("attempts", flat=True)) == {0}
    office.open()
    pass_minutes(clock, 16)
    assert set(states()) == {"sent"}
    assert set(office.identifiers().values()) == {1}
    assert len(office.taken) == 40
    known = circuit.state()
    assert (known.failures, known.down_since, known.error) == (0, None, "")


def test_one_process_only_goes_and_sees(office: PostOffice, clock) -> None:
    now = timezone.now()
    for _ in range(circuit.FAILURES):
        circuit.failed("refused", now)
    assert circuit.way(now) == "closed"
    clock.shift(61)
    assert [circuit.way(timezone.now()) for _ in range(3)] == ["probe", "closed", "closed"]


def test_a_letter_that_makes_the_server_hang_up_does_not_hold_the_others(
    office: PostOffice, clock
) -> None:
    office.answers["p0@test.example"] = ["421 bye"]
    write(4)
    drain()
    pass_minutes(clock, 3)
    assert states() == ["waiting", "sent", "sent", "sent"]
    assert circuit.state().down_since is None


def test_a_retry_needs_no_new_event(office: PostOffice, clock) -> None:
    office.answers["p0@test.example"] = ["450 later", "250 OK"]
    write()
    drain()
    assert (states(), Job.objects.count()) == (["waiting"], 1)
    assert schedule.ask_due(timezone.now()) == []  # not yet
    pass_minutes(clock, 1)
    assert states() == ["sent"]


def test_the_same_minute_asks_once_whatever_the_number_of_workers(
    office: PostOffice, clock
) -> None:
    write()
    Job.objects.all().delete()
    for _ in range(3):
        schedule.ask_due(timezone.now())
    assert Job.objects.filter(name="core.send_letters").count() == 1


def test_what_is_claimed_is_seen_by_nobody_else_until_its_lease_ends(clock) -> None:
    write(5)
    now = timezone.now()
    mine, theirs = sending.claim(3, now), sending.claim(9, now)
    assert [len(mine), len(theirs), len(sending.claim(9, now))] == [3, 2, 0]
    assert {letter.pk for letter in mine}.isdisjoint(letter.pk for letter in theirs)
    again = sending.claim(9, now + sending.LEASE)
    assert (len(again), {letter.attempts for letter in again}) == (5, {2})


def test_too_late_to_be_alone_gives_the_rest_back(office: PostOffice, monkeypatch) -> None:
    monkeypatch.setattr(sending, "_DIALOGUE", sending.LEASE)
    write(2)
    letters = sending.claim(2, timezone.now())
    from maillage.core.letters.delivery import Carrier

    with Carrier() as carrier:
        assert sending._send(letters, carrier, until=timezone.now()) == (0, True)
    assert set(Letter.objects.values_list("status", "attempts")) == {("waiting", 0)}
    assert office.taken == []


def test_a_letter_that_cannot_be_written_harms_no_other(office: PostOffice) -> None:
    write(3)
    Letter.objects.filter(to="p0@test.example").update(to="a@test.example\nBcc: x@test.example")
    drain()
    assert states() == ["failed", "sent", "sent"]
    assert office.recipients == ["p1@test.example", "p2@test.example"]


def test_a_key_is_forgotten_whatever_became_of_its_letter(office: PostOffice) -> None:
    office.answers["p1@test.example"] = ["550 no"]
    write(2, kind=SECRET)
    drain()
    assert list(Letter.objects.order_by("id").values_list("status", "body")) == [
        ("sent", ""),
        ("refused", ""),
    ]
    assert "12345678" in office.taken[0].decode()


def test_the_keys_of_a_letter_go_from_its_subject_and_headers_too(office: PostOffice) -> None:
    kind = declare(
        LetterKind(
            code="test.subject_code", label="Code de connexion", subject="Votre code : {code}",
            text="Bonjour", secret=True, places={"code": "1234"},
        )
    )  # fmt: skip
    stop = {"List-Unsubscribe": "<https://maillage.example/fiche/une-cle/arreter/>"}
    one = Recipient(to="p@test.example", values={"code": "ABCD-EFGH"}, headers=stop)
    post_many(kind, [one], now=timezone.now())
    drain()
    assert "une-cle" in office.taken[0].decode()
    kept = Letter.objects.values_list("status", "subject", "headers").get()
    assert kept == ("sent", "Code de connexion", {})


def test_a_database_that_restarts_while_a_letter_leaves_is_waited_for(
    office: PostOffice, monkeypatch
) -> None:
    from django.db import OperationalError
    from django.db.models import QuerySet

    original, troubles = QuerySet.update, [OperationalError("server closed"), OperationalError()]

    def update(queryset: QuerySet, **values: object) -> int:
        if values.get("status") == "sent" and troubles:
            raise troubles.pop()
        return original(queryset, **values)

    class Outside:
        in_atomic_block = False

        def close(self) -> None: ...

    monkeypatch.setattr(QuerySet, "update", update)
    monkeypatch.setattr(sending, "connection", Outside())
    monkeypatch.setattr(sending, "_MARK_AGAIN", (0, 0, 0))
    write()
    drain()
    assert (states(), len(office.taken), troubles) == (["sent"], 1, [])


def test_ten_thousand_letters_are_written_quickly_by_one_job() -> None:
    import time

    begin = time.process_time()  # a busy machine is no reason to fail
    write(10_000)
    took = time.process_time() - begin
    assert (Letter.objects.count(), Job.objects.count()) == (10_000, 1)
    assert took <= 5


def test_letters_that_wait_for_nothing_ask_for_no_job() -> None:
    post(NEWS, to="a@test.example", values={"person": "A", "structure": "B"}, now=timezone.now(),
         status=Letter.Status.HELD)  # fmt: skip
    assert Job.objects.count() == 0
    assert not sending.is_due(timezone.now() + timedelta(days=1))
