"""Letters at 6, 9 and 12 months: one for each step, whatever happens to who sends them; one answer each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from maillage.core import journal
from maillage.core.letters.outbox import post_many
from maillage.core.models import Letter
from maillage.structures.actions import reminders
from maillage.structures.actions.reminders import (
    Links,
    answer_reminder,
    key_hash,
    resume_reminders,
    send_reminders,
    stop_reminders,
)
from maillage.structures.actions.save import confirm_structure
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.models import ClosureSign, FreshnessReminder, Membership, Structure
from tests.factories import NOW, Cast, make_establishment, make_structure, make_user

pytestmark = pytest.mark.django_db
SITE = "https://ess.test.example"
DAY = timedelta(days=1)


def links(key: str) -> Links:
    return Links(f"{SITE}/fiche/{key}/", f"{SITE}/fiche/{key}/arreter/")


def sourced(cast: Cast, day: str, **fields) -> Structure:
    """A page whose age counts from `day`, with an address."""
    one = make_structure(
        in_space=cast.space,
        provenance={"name": {"source": "sirene", "date": day}},
        **({"email": "contact@test.example"} | fields),
    )
    refresh_upkeep([one.pk], now=NOW)
    return one


def send(cast: Cast, now: datetime = NOW, **options) -> int:
    return send_reminders(cast.space, now=now, links=links, **options)


def steps() -> list[int]:
    return list(FreshnessReminder.objects.order_by("pk").values_list("months", flat=True))


@pytest.mark.parametrize(
    ("day", "months"),
    [
        ("2026-05-23", []),
        ("2026-05-22", [6]),
        ("2026-05-21", [6]),
        ("2026-02-23", [6]),
        ("2026-02-22", [9]),
        ("2026-02-21", [9]),
        ("2025-11-23", [9]),
        ("2025-11-22", [12]),
        ("2025-11-21", [12]),
        ("2019-01-01", [12]),
    ],
)
def test_a_letter_leaves_on_the_day(cast: Cast, day: str, months: list[int]) -> None:
    sourced(cast, day)
    assert send(cast) == len(months)
    assert steps() == months
    assert send(cast) == 0


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (datetime(2028, 2, 28, 22, 59, tzinfo=UTC), 0),  # 28 February, 23:59 in Paris
        (datetime(2028, 2, 28, 23, 0, tzinfo=UTC), 1),  # 29 February has come
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), 1),
    ],
)
def test_the_last_of_august_is_six_months_old_on_a_leap_day(cast: Cast, now, sent: int) -> None:
    sourced(cast, "2027-08-31")
    assert send(cast, now) == sent


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        # Six months after 25 April 2026, in the night when Paris goes back from UTC+2 to UTC+1.
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), 0),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), 1),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 1),
    ],
)
def test_the_night_of_the_clocks(cast: Cast, now: datetime, sent: int) -> None:
    sourced(cast, "2026-04-25")
    assert send(cast, now) == sent


def test_three_letters_in_a_silent_year(cast: Cast) -> None:
    one = sourced(cast, "2026-01-31")
    now, sent = datetime(2026, 7, 1, 4, tzinfo=UTC), []
    while now < datetime(2027, 12, 1, tzinfo=UTC):
        if send(cast, now):
            sent.append(now.date())
        now += DAY
    assert sent == [date(2026, 7, 31), date(2026, 10, 31), date(2027, 1, 31)]
    assert steps() == [6, 9, 12]
    assert {row.action for row in journal.history(one)} == {"reminder_sent"}


def test_a_confirmation_begins_another_year(cast: Cast) -> None:
    one = sourced(cast, "2025-01-01")
    assert send(cast) == 1
    confirm_structure(one, by=cast.chloe, now=NOW + DAY, space=cast.space)
    assert send(cast, NOW + timedelta(days=150)) == 0
    assert send(cast, NOW + timedelta(days=190)) == 1
    assert steps() == [12, 6]


def test_the_letter_has_one_link_and_a_way_to_stop(cast: Cast) -> None:
    one = sourced(cast, "2026-05-01", name="La Fabrique")
    send(cast)
    letter, reminder = Letter.objects.get(), FreshnessReminder.objects.get()
    key = letter.link.split("/")[-2]
    assert (letter.link, key_hash(key)) == (f"{SITE}/fiche/{key}/", reminder.key_hash)
    assert letter.subject == "La fiche de La Fabrique est-elle toujours juste ?"
    assert letter.headers == {
        "List-Unsubscribe": f"<{SITE}/fiche/{key}/arreter/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert (letter.is_secret, letter.space_id, letter.to) == (True, cast.space.pk, one.email)
    assert key not in letter.body  # its only place is the button, forgotten once sent
    assert "depuis 6 mois" in letter.body
    assert "valable jusqu'au 21 janvier 2027" in letter.body
    assert reminder.expires_at == NOW + timedelta(days=60)
    assert len(key) == 32


def test_members_are_written_to_in_turn_before_the_public_address(cast: Cast) -> None:
    one = sourced(cast, "2026-01-31")
    people = [make_user() for _ in range(3)]
    left = make_user(is_active=False)
    for user, kind in zip(
        [*people, left], ("member", "administrator", "member", "administrator"), strict=True
    ):
        Membership.objects.create(structure=one, user=user, kind=kind, since=NOW)
    Membership.objects.create(
        structure=one, user=make_user(), kind="administrator", since=NOW, ended_at=NOW
    )
    for now in (NOW, NOW + timedelta(days=90)):
        send(cast, now)
    to = list(FreshnessReminder.objects.order_by("pk").values_list("to", flat=True))
    # Nine months then twelve: administrators first, each step another person.
    assert to == [people[0].email, people[2].email]
    assert set(Letter.objects.values_list("user_id", flat=True)) == {people[0].pk, people[2].pk}


def refuse(address: str) -> None:
    Letter.objects.create(
        kind="x", to=address, subject="x", status=Letter.Status.REFUSED, created_at=NOW
    )


def test_who_is_not_written_to(cast: Cast) -> None:
    heir = sourced(cast, "2026-11-01")
    sourced(cast, "2025-01-01", state="archived")
    sourced(cast, "2025-01-01", state="ceased")
    sourced(cast, "2025-01-01", ess_status="excluded")
    sourced(cast, "2025-01-01", merged_into=heir)
    sourced(cast, "2025-01-01", email="")
    sourced(cast, "2025-01-01", email="parti@test.example")
    sourced(cast, "2025-01-01", contact_visibility={"email": "agents"})
    sourced(cast, "2025-01-01", disclosure="P")
    elsewhere = sourced(cast, "2025-01-01")
    elsewhere.establishments.update(municipality_code="75056")
    refuse("parti@test.example")
    assert send(cast) == 0
    told = sourced(cast, "2025-01-01", contact_visibility={"email": "public", "phone": "agents"})
    assert send(cast) == 1
    assert FreshnessReminder.objects.get().structure == told


def test_a_member_whose_address_is_refused_gives_way(cast: Cast) -> None:
    one = sourced(cast, "2025-01-01")
    Membership.objects.create(structure=one, user=cast.denis, kind="member", since=NOW)
    refuse(cast.denis.email)
    send(cast)
    assert FreshnessReminder.objects.get().to == "contact@test.example"


def test_a_structure_of_two_spaces_gets_one_letter(cast: Cast) -> None:
    one = sourced(cast, "2025-01-01")
    make_establishment(one, municipality_code="93008")
    assert send(cast) == 1
    assert send_reminders(cast.other_space, now=NOW, links=links) == 0


def test_a_night_has_a_most_and_the_oldest_come_first(cast: Cast) -> None:
    made = [sourced(cast, f"2025-0{month}-01") for month in (3, 1, 2)]
    assert send(cast, most=2) == 2
    found = FreshnessReminder.objects.order_by("pk").values_list("structure_id", flat=True)
    assert sorted(found) == sorted([made[1].pk, made[2].pk])
    assert send(cast, NOW + timedelta(hours=3), most=2) == 0  # the same day, after a crash
    assert send(cast, NOW + DAY, most=2) == 1


class Killed(BaseException):
    """As `kill -9`: nothing of ours may catch it."""


@pytest.mark.parametrize("dies_at", [1, 2, 3])
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_lot_and_run_again_nobody_gets_two(cast: Cast, monkeypatch, dies_at) -> None:
    monkeypatch.setattr(reminders, "_BATCH", 2)
    for _ in range(6):
        sourced(cast, "2025-01-01")
    calls = []

    def dying(*arguments, **options):
        written = post_many(*arguments, **options)
        calls.append(1)
        if len(calls) == dies_at:
            raise Killed  # letters written, transaction still open
        return written

    monkeypatch.setattr(reminders, "post_many", dying)
    with pytest.raises(Killed):
        send(cast)
    assert Letter.objects.count() == FreshnessReminder.objects.count() == 2 * (dies_at - 1)
    send(cast)
    assert Letter.objects.count() == FreshnessReminder.objects.count() == 6
    assert FreshnessReminder.objects.values("structure").distinct().count() == 6


def test_two_senders_at_once_cannot_write_the_same_step(cast: Cast, monkeypatch) -> None:
    """The second one had read its list before the first committed."""
    one = sourced(cast, "2025-01-01")
    send(cast)
    monkeypatch.setattr(reminders.queries, "due", lambda *_words, **_more: [one.pk])
    with pytest.raises(IntegrityError):
        send(cast)


def reminder_of(cast: Cast) -> FreshnessReminder:
    sourced(cast, "2025-01-01")
    send(cast)
    return FreshnessReminder.objects.get()


def test_all_right_confirms_the_page_once(cast: Cast) -> None:
    reminder = reminder_of(cast)
    assert answer_reminder(reminder, "right", now=NOW + DAY, space=cast.space) is True
    one = Structure.objects.get()
    assert (one.confirmed_at, one.confirmed_by) == (NOW + DAY, None)
    assert one.upkeep.counts_from == date(2026, 11, 23)
    assert answer_reminder(reminder, "closed", now=NOW + 2 * DAY, space=cast.space) is False
    assert (reminder.answer, reminder.answered_at) == ("right", NOW + DAY)
    assert [row.action for row in journal.history(one)] == [
        "confirm",
        "reminder_answered",
        "reminder_sent",
    ]
    assert ClosureSign.objects.count() == 0


def test_closed_proposes_for_archive_and_leaves_the_page_as_it_is(cast: Cast) -> None:
    reminder = reminder_of(cast)
    assert answer_reminder(reminder, "closed", now=NOW, space=cast.space) is True
    sign = ClosureSign.objects.get()
    assert (sign.kind, sign.on, sign.decision) == ("answer", date(2026, 11, 22), "")
    assert Structure.objects.get().state == "active"


def test_an_expired_key_answers_nothing(cast: Cast) -> None:
    reminder = reminder_of(cast)
    late = NOW + timedelta(days=60)
    assert answer_reminder(reminder, "right", now=late, space=cast.space) is False
    assert Structure.objects.get().confirmed_at is None
    assert answer_reminder(reminder, "right", now=late - DAY, space=cast.space) is True


def test_stopped_means_no_more_letters_until_they_are_wanted_again(cast: Cast) -> None:
    sourced(cast, "2026-05-01")
    send(cast)
    reminder = FreshnessReminder.objects.get()
    for _ in range(2):
        stop_reminders(reminder, now=NOW)
    assert send(cast, NOW + timedelta(days=100)) == 0
    resume_reminders(reminder, now=NOW)
    assert send(cast, NOW + timedelta(days=100)) == 1
    acts = [row.action for row in journal.history(reminder.structure)]
    assert sorted(acts) == [
        "reminder_sent",
        "reminder_sent",
        "reminders_resumed",
        "reminders_stopped",
    ]


def test_who_answered_that_it_needs_correcting_is_not_asked_again(cast: Cast) -> None:
    sourced(cast, "2026-05-01")
    send(cast)
    answer_reminder(FreshnessReminder.objects.get(), "correct", now=NOW, space=cast.space)
    assert send(cast, NOW + timedelta(days=200)) == 0
