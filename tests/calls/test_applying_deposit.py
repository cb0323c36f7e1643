"""Deposits: received in time or refused with the reason; the same request gives the same receipt."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from maillage.calls.actions.depositing import NotReadyError, deposit, token_of, withdraw
from maillage.calls.actions.writing import save_answers
from maillage.calls.enums import ApplicationStatus, EditionStatus, PartnerRole
from maillage.calls.lib.delays import silence_ends_on
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Attachment, Deposit, Edition, Partner
from maillage.core.models import JournalEntry, Letter
from maillage.core.uploads.models import Upload
from tests.calls.factories import make_application, make_edition, make_rule
from tests.factories import NOW, Cast, make_structure

pytestmark = pytest.mark.django_db
GOOD = {
    "titre": "Ateliers de réparation",
    "resume": "Réparer ensemble.",
    "communes": ["93048"],
    "demande": "9000.00",
    "cout": "15000.00",
}


def ready(cast: Cast, edition: Edition | None = None, **answers: object) -> Application:
    """A draft whose every answer is right."""
    application = make_application(edition or make_edition(cast.space))
    save_answers(
        application,
        GOOD | answers,
        seen={},
        by=application.created_by,
        now=NOW - timedelta(hours=1),
    )
    application.refresh_from_db()
    return application


def send(application: Application, now: datetime = NOW, **how: object) -> Deposit:
    how = {"by": application.created_by, "token": "a" * 40, "signed_as": "présidente"} | how
    return deposit(application, now=now, **how)


def test_a_deposit_is_numbered_frozen_and_acknowledged(cast: Cast) -> None:
    application = ready(cast)
    made = send(application)
    application.refresh_from_db()
    edition = application.edition
    assert (application.status, application.number, application.deposits) == ("submitted", 1, 1)
    assert application.reference == f"{edition.prefix}-0001"
    assert (application.title, application.requested) == (GOOD["titre"], Decimal("9000.00"))
    assert application.deposited_at == application.first_deposited_at == made.at == NOW
    assert application.implicit_rejection_on.isoformat() == "2027-01-22"
    assert made.content["answers"] == GOOD
    assert [one["role"] for one in made.content["partners"]] == ["lead"]
    assert made.signed_as == "présidente"
    letter = Letter.objects.get(kind="calls.receipt")
    assert application.reference in letter.subject
    assert "22 janvier 2027" in letter.body
    line = JournalEntry.objects.get(action="application_deposited")
    assert (line.space_id, line.changes) == (edition.space_id, {"version": [0, 1]})


def test_the_same_token_gives_the_same_receipt_even_after_the_deadline(cast: Cast) -> None:
    application = ready(cast)
    first = send(application)
    again = send(application, now=application.edition.closes_at + timedelta(days=3))
    assert again == first
    assert Deposit.objects.count() == Letter.objects.filter(kind="calls.receipt").count() == 1


def test_two_tabs_of_one_state_are_one_deposit(cast: Cast) -> None:
    application = ready(cast)
    tabs = {token_of(application), token_of(Application.objects.get(pk=application.pk))}
    assert len(tabs) == 1
    send(application, token=tabs.pop())
    application.refresh_from_db()
    save_answers(
        application, {"titre": "Autre"}, seen={"titre": 1}, by=application.created_by, now=NOW
    )
    application.refresh_from_db()
    second = send(application, token=token_of(application), now=NOW + timedelta(minutes=1))
    application.refresh_from_db()
    assert (second.rank, application.number, application.title) == (2, 1, "Autre")
    assert application.first_deposited_at == NOW
    assert Deposit.objects.filter(application=application).count() == 2


@pytest.mark.parametrize(
    ("moment", "grace", "received"),
    [
        (timedelta(seconds=-1), 0, True),
        (timedelta(microseconds=-1), 0, True),
        (timedelta(0), 0, False),
        (timedelta(seconds=1), 0, False),
        (timedelta(minutes=15, seconds=-1), 15, True),
        (timedelta(minutes=15), 15, False),
    ],
)
@pytest.mark.parametrize(
    "closes",
    [
        datetime(2026, 11, 30, 22, 59, tzinfo=UTC),  # 23 h 59 in Paris
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),  # the hour that does not exist
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # 2 h 30, the first time
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # 2 h 30 again
    ],
)
def test_a_second_before_counts_and_a_second_after_does_not(
    cast: Cast, closes: datetime, moment: timedelta, grace: int, received: bool
) -> None:
    edition = make_edition(
        cast.space, opens_at=closes - timedelta(days=40), closes_at=closes, grace_minutes=grace
    )
    application = make_application(edition)
    save_answers(
        application, GOOD, seen={}, by=application.created_by, now=closes - timedelta(hours=1)
    )
    if received:
        assert send(application, now=closes + moment).until == closes + timedelta(minutes=grace)
        return
    with pytest.raises(StepRefused, match="Trop tard"):
        send(application, now=closes + moment)
    assert not Deposit.objects.exists()
    application.refresh_from_db()
    assert (application.status, application.number) == ("draft", None)


def test_a_request_that_came_in_time_counts_after_the_clock_has_closed(cast: Cast) -> None:
    application = ready(cast)
    edition = application.edition
    Edition.objects.filter(pk=edition.pk).update(status=EditionStatus.CLOSED)
    application = Application.objects.get(pk=application.pk)
    assert send(application, now=edition.closes_at - timedelta(seconds=1)).rank == 1


@pytest.mark.parametrize("status", ["draft", "checking", "cancelled", "jury"])
def test_no_deposit_in_a_call_that_takes_none(cast: Cast, status: str) -> None:
    application = ready(cast)
    Edition.objects.filter(pk=application.edition_id).update(status=status)
    with pytest.raises(StepRefused):
        send(Application.objects.get(pk=application.pk))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"titre": ""}, "Titre"),
        ({"demande": "15000.01", "cout": "40000.00"}, "15 000"),
        ({"demande": "9000.00", "cout": "11249.99"}, "80 %"),
        ({"demande": "9000.00", "cout": "8000.00"}, "8 000"),
    ],
)
def test_what_stands_in_the_way_is_said(cast: Cast, changes: dict, words: str) -> None:
    application = ready(cast, **changes)
    with pytest.raises(NotReadyError) as refused:
        send(application)
    said = " ".join(f"{one.label} {one.text}" for one in refused.value.obstacles)
    assert words in said.replace("\u202f", " ").replace("\xa0", " ")
    assert not Deposit.objects.exists()
    assert Partner.objects.get(application=application).engaged_at is None


def test_the_highest_rate_to_the_cent_is_received(cast: Cast) -> None:
    assert send(ready(cast, demande="9000.00", cout="11250.00")).rank == 1


def test_a_partner_who_has_not_engaged_is_named_and_then_the_deposit_is_received(
    cast: Cast,
) -> None:
    application = ready(cast)
    Partner.objects.filter(application=application).update(share=60, amount=Decimal(5400))
    late = Partner.objects.create(
        application=application,
        structure=make_structure("La Navette", in_space=cast.space),
        role=PartnerRole.FUNDED,
        name="La Navette",
        share=40,
        amount=Decimal(3600),
    )
    with pytest.raises(NotReadyError, match="La Navette ne s'est pas encore engagé"):
        send(application)
    late.engaged_at = NOW
    late.save()
    assert send(application).rank == 1


def test_shares_that_do_not_make_a_whole_are_refused(cast: Cast) -> None:
    application = ready(cast)
    Partner.objects.filter(application=application).update(share=60)
    Partner.objects.create(
        application=application, role=PartnerRole.FUNDED, name="B", share=30, engaged_at=NOW
    )
    with pytest.raises(NotReadyError, match="90 %"):
        send(application)


def test_a_blocking_rule_refuses_and_a_doubt_passes(cast: Cast) -> None:
    edition = make_edition(cast.space)
    make_rule(edition, "amount", severity="blocking", value={"max": "1000"})
    make_rule(edition, "age", severity="to_check", value={"min": 600})
    application = ready(cast, edition)
    with pytest.raises(NotReadyError):
        send(application)
    edition.rules.filter(kind="amount").delete()
    made = send(application)
    assert made.rank == 1
    assert application.results.count() == 1


def test_a_commitment_that_a_rule_asks_is_signed_by_the_deposit(cast: Cast) -> None:
    edition = make_edition(cast.space)
    make_rule(edition, "commitment", severity="blocking")
    application = ready(cast, edition)
    with pytest.raises(NotReadyError):
        send(application)
    send(application, committed=True)
    assert application.partners.get().commitment_at == NOW


@pytest.mark.parametrize(("state", "received"), [("quarantined", True), ("infected", False)])
def test_a_file_that_waits_is_received_and_an_infected_one_is_not(
    cast: Cast, state: str, received: bool
) -> None:
    application = ready(cast)
    upload = Upload.objects.create(
        path=f"files/{state}.pdf", name="statuts.pdf", media_type="application/pdf", size=3,
        sha256="0" * 64, is_private=True, state=state, at=NOW,
    )  # fmt: skip
    Attachment.objects.create(application=application, code="statuts", upload=upload, at=NOW)
    if received:
        assert [one["name"] for one in send(application).content["files"]] == ["statuts.pdf"]
        return
    with pytest.raises(NotReadyError, match=r"statuts\.pdf"):
        send(application)


def test_only_who_deposits_deposits_and_says_as_what(cast: Cast) -> None:
    application = ready(cast)
    with pytest.raises(StepRefused, match="accès"):
        send(application, by=cast.denis)
    with pytest.raises(StepRefused, match="qualité"):
        send(application, signed_as="  ")


def test_withdrawn_is_the_end(cast: Cast) -> None:
    application = ready(cast)
    send(application)
    withdraw(application, reason="Plus d'équipe", by=application.created_by, now=NOW)
    application.refresh_from_db()
    assert (application.status, application.ended_reason) == ("withdrawn", "Plus d'équipe")
    with pytest.raises(StepRefused):
        send(application, token="b" * 40)
    assert application.number == 1


@pytest.mark.parametrize("status", [ApplicationStatus.DELIBERATED, ApplicationStatus.REJECTED])
def test_no_withdrawal_once_it_is_decided(cast: Cast, status: str) -> None:
    application = ready(cast)
    send(application)
    Application.objects.filter(pk=application.pk).update(status=status)
    with pytest.raises(StepRefused):
        withdraw(application, reason="", by=application.created_by, now=NOW)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("received", "silent"),
    [
        (datetime(2026, 2, 5, 17, tzinfo=UTC), "2026-04-05"),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), "2027-02-28"),
        (datetime(2027, 12, 30, 12, tzinfo=UTC), "2028-02-29"),
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "2027-02-01"),  # already December in Paris
        (datetime(2026, 10, 31, 12, tzinfo=UTC), "2026-12-31"),
    ],
)
def test_silence_ends_two_months_later_in_paris(received: datetime, silent: str) -> None:
    assert silence_ends_on(received).isoformat() == silent
