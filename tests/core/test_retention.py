"""Each kind of data is forgotten on its day: the day before it is there, the day after it is not."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError

from maillage.accounts.models import Consent
from maillage.core import retention, schedule
from maillage.core.models import Job, JournalEntry, Letter, PurgeRecord
from maillage.core.room import Retention, Room, _rooms, register
from maillage.spaces.models import AudienceCount, AudienceTerm, RightsRequest
from maillage.structures.models import Claim, Draft, MembershipInvitation
from tests.factories import NOW, make_space, make_structure, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def make_letter(at: datetime) -> object:
    return Letter.objects.create(kind="x", to="a@b.test", subject="x", created_at=at, status="sent")


def make_line(at: datetime) -> object:
    return JournalEntry.objects.create(
        at=at, action="x", subject_type="x", subject_id="1", network="192.0.2.0/24"
    )


def make_invitation(at: datetime) -> object:
    return MembershipInvitation.objects.create(
        structure=make_structure(),
        email="a@b.test",
        kind="member",
        key_hash=str(at),
        invited_by=make_user(),
        created_at=at - DAY,
        expires_at=at,
    )


def make_request(at: datetime) -> object:
    return RightsRequest.objects.create(
        space=make_space(),
        right="opposition",
        reason="x",
        email="a@b.test",
        received_at=at,
        due_on=at.date(),
        decided_at=at,
    )


def make_claim(at: datetime) -> object:
    return Claim.objects.create(
        structure=make_structure(),
        user=make_user(),
        proof="word",
        evidence={"email": "x"},
        state="accepted",
        created_at=at,
        decided_at=at,
    )


def left(model: type, **known: object) -> Callable[[], int]:
    return lambda: model.objects.filter(**known).count()


CASES = {
    "core.letters": (365, make_letter, left(Letter)),
    "core.networks": (365, make_line, left(JournalEntry, network="192.0.2.0/24")),
    "core.jobs": (
        90,
        lambda at: Job.objects.create(name="x", created_at=at, finished_at=at, status="done"),
        left(Job),
    ),
    "core.sessions": (
        0,
        lambda at: Session.objects.create(session_key=str(at), expire_date=at, session_data=""),
        left(Session),
    ),
    "core.purges": (
        1095,
        lambda at: PurgeRecord.objects.create(code="x", label="x", days=1, at=at),
        left(PurgeRecord, code="x"),
    ),
    "accounts.consents": (
        1095,
        lambda at: Consent.objects.create(
            email_hash="x", purpose="x", wording="x", given_at=at, withdrawn_at=at
        ),
        left(Consent),
    ),
    "spaces.rights": (1095, make_request, left(RightsRequest)),
    "spaces.audience": (
        750,
        lambda at: AudienceCount.objects.create(
            space=make_space(), day=at.date() - DAY, kind="home"
        ),
        left(AudienceCount),
    ),
    "structures.drafts": (
        30,
        lambda at: Draft.objects.create(
            structure=make_structure(), user=make_user(), form="x", saved_at=at
        ),
        left(Draft),
    ),
    "structures.invitations": (90, make_invitation, left(MembershipInvitation)),
    "structures.evidence": (365, make_claim, left(Claim, evidence={"email": "x"})),
}


@pytest.mark.parametrize("code", sorted(CASES))
def test_gone_on_its_day_and_not_the_day_before(code: str) -> None:
    days, make, count = CASES[code]
    one = retention.retentions()[code]
    assert one.days == days
    make(NOW - timedelta(days=days) - timedelta(minutes=1))
    assert (one.purge(NOW - DAY), count()) == (0, 1)
    assert (one.purge(NOW), count()) == (1, 0)
    assert one.purge(NOW + DAY) == 0


def test_a_letter_that_waits_is_never_forgotten() -> None:
    Letter.objects.create(
        kind="x", to="a@b.test", subject="x", created_at=NOW - timedelta(days=900), status="waiting"
    )
    assert retention.retentions()["core.letters"].purge(NOW) == 0


def test_expired_throttles_leave_the_cache_and_others_stay() -> None:
    from django.utils import timezone

    cache.set("throttle:x", 1, 60)
    purge = retention.retentions()["core.throttles"].purge
    purge(timezone.now())
    assert cache.get("throttle:x") == 1
    assert purge(timezone.now() + DAY) >= 1
    assert cache.get("throttle:x") is None


def test_files_of_imports_go_after_ninety_days(settings) -> None:
    folder = settings.UPLOADS_DIR / "imports" / "abc"
    folder.mkdir(parents=True)
    (folder / "liste.csv").write_text("nom")
    sent = NOW - timedelta(days=90, minutes=1)
    os.utime(folder, (sent.timestamp(), sent.timestamp()))
    purge = retention.retentions()["sources.files"].purge
    assert (purge(NOW - DAY), folder.exists()) == (0, True)
    assert (purge(NOW), folder.exists()) == (1, False)


def test_rare_words_live_one_day_and_common_ones_stay() -> None:
    space, today = make_space(), NOW.date()
    for term, count in (("nadia belkacem", 2), ("vélo", 3)):
        AudienceTerm.objects.create(space=space, day=today, term=term, count=count)
    purge = retention.retentions()["spaces.terms"].purge
    assert purge(NOW) == 0
    assert purge(NOW + DAY) == 1
    assert AudienceTerm.objects.get().term == "vélo"


@pytest.fixture
def two_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_now: datetime) -> int:
        Letter.objects.all().delete()
        raise DatabaseError("locked")

    for name in list(_rooms):
        monkeypatch.delitem(_rooms, name)
    for name, purge in (("a", fail), ("b", lambda _now: 4)):
        one = Retention(code=f"{name}.x", label="Essai", days=3, basis="règle", purge=purge)
        monkeypatch.setitem(_rooms, name, Room(name=name, label=name, retention=(one,)))


def test_a_purge_that_fails_is_undone_told_and_stops_no_other(two_rooms, caplog) -> None:
    make_letter(NOW)
    retention.forget(NOW)
    proofs = PurgeRecord.objects.order_by("code").values_list("code", "count", "error", "days")
    assert list(proofs) == [("a.x", 0, "DatabaseError", 3), ("b.x", 4, "", 3)]
    assert Letter.objects.count() == 1
    assert "Effacement a.x : échec." in caplog.text


def test_one_code_stands_for_one_duration(monkeypatch: pytest.MonkeyPatch, two_rooms) -> None:
    again = Retention(code="a.x", label="x", days=1, basis="x", purge=lambda _now: 0)
    monkeypatch.setitem(_rooms, "c", Room(name="c", label="c"))
    register(Room(name="c", label="c", retention=(again,)))
    with pytest.raises(ValueError, match=r"a\.x is declared twice"):
        retention.retentions()


def test_every_night_writes_one_proof_per_duration() -> None:
    from maillage.core.jobs import drain, enqueue

    assert "core.forget" in {entry.name for entry in schedule.entries()}
    enqueue("core.forget")
    drain()
    codes = PurgeRecord.objects.values_list("code", flat=True)
    assert sorted(codes) == sorted(retention.retentions())


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "dès qu'elles ne servent plus"),
        (1, "1 jour"),
        (30, "30 jours"),
        (90, "3 mois"),
        (365, "1 an"),
        (1095, "3 ans"),
        (730, "2 ans"),
    ],
)
def test_durations_in_words(days: int, words: str) -> None:
    assert retention.in_words(days) == words


def test_the_command_writes_the_table_and_forgets_on_demand(capsys) -> None:
    from django.core.management import call_command

    call_command("retention")
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 2 + len(retention.retentions())
    assert (
        "| Messages envoyés | 1 an | RGPD, article 5-1-e : pas plus longtemps qu'il ne faut |"
        in rows
    )
    make_letter(NOW - timedelta(days=4000))
    call_command("retention", "--now")
    assert "Messages envoyés : 1" in capsys.readouterr().out.splitlines()
    assert Letter.objects.count() == 0
