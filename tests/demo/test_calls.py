"""The three editions of the demonstration: the figures of the real first one, and states that hold together."""

from collections import Counter
from decimal import Decimal

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus, ReportStatus
from maillage.calls.lib import scdl
from maillage.calls.models import (
    Application,
    Award,
    AwardReport,
    Edition,
    Instalment,
    Interest,
    PublishedGrant,
    Review,
    Score,
)
from maillage.calls.permissions import speaks_for, writer_of


def test_one_is_open_one_is_read_one_runs(demo: None) -> None:
    editions = Edition.objects.order_by("year")
    assert [one.status for one in editions] == [
        EditionStatus.EXECUTION,
        EditionStatus.JURY,
        EditionStatus.OPEN,
    ]
    assert [one.applications.filter(number__isnull=False).count() for one in editions] == [
        29,
        41,
        7,
    ]
    assert {one.envelope.amount for one in editions} == {Decimal(100_000)}
    assert {one.amount_max for one in editions} == {Decimal(15_000)}


def test_the_first_has_thirteen_laureates_for_the_whole_envelope(demo: None) -> None:
    first = Edition.objects.earliest("year")
    states = Counter(first.applications.values_list("status", flat=True))
    assert states == {
        ApplicationStatus.AWARDED: 13,
        ApplicationStatus.WAITING: 2,
        ApplicationStatus.REJECTED: 14,
    }
    amounts = list(Award.objects.values_list("amount", flat=True))
    assert (sum(amounts), max(amounts), first.envelope.reserved) == (100_000, 15_000, 100_000)
    assert all(one.amount <= (one.requested or 0) for one in Award.objects.all())
    assert AwardReport.objects.filter(status=ReportStatus.VALIDATED).count() == 1
    assert Award.objects.filter(status=AwardStatus.REPORT_DUE).count() == 1
    for award in Award.objects.all():
        paid = Instalment.objects.filter(award=award)
        assert sum(one.amount for one in paid) == award.amount


def test_its_grants_are_published_and_right(demo: None) -> None:
    rows = [one.row for one in PublishedGrant.objects.all()]
    assert len(rows) == 13
    assert [scdl.problems(row) for row in rows] == [[]] * 13


def test_the_second_waits_for_its_jury(demo: None) -> None:
    second = Edition.objects.order_by("year")[1]
    reviews = Review.objects.filter(application__edition=second)
    assert Counter(reviews.values_list("status", flat=True)) == {"submitted": 119, "assigned": 4}
    assert Score.objects.count() == 119 * second.criteria.count()
    aside = Interest.objects.get(recused=True)
    assert not reviews.filter(application=aside.application, juror__user=aside.user).exists()
    assert second.sessions.get().agenda.count() == 37


def test_the_member_of_the_demonstration_has_a_draft_and_a_grant(demo: None) -> None:
    member = User.objects.get(email__startswith="membre@")
    mine = Application.objects.written_by(member).order_by("edition__year")
    assert [one.status for one in mine] == [ApplicationStatus.AWARDED, ApplicationStatus.DRAFT]
    assert [writer_of(member, one).kind for one in mine] == ["owner", "owner"]
    assert all(speaks_for(member, one.partners.get().structure) for one in mine)


def test_amounts_asked_respect_the_call(demo: None) -> None:
    for file in Application.objects.filter(number__isnull=False):
        assert file.requested <= 15_000
        assert file.requested <= file.total_cost * Decimal("0.8")
