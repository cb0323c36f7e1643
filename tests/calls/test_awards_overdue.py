"""A late report holds back the next deposit, and says why."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from maillage.calls.lib.words import in_euros, long_date, long_instant
from maillage.calls.models import AwardReport
from maillage.calls.queries.overdue import overdue_of, why_late
from tests.calls.factories import make_award, make_edition, make_submitted
from tests.factories import NOW

DUE = date(2026, 6, 30)


@pytest.fixture
def award(cast):
    application = make_submitted(make_edition(cast.space), status="awarded")
    return make_award(application, status="report_due", notified_at=NOW)


def owed(award, **fields):
    return AwardReport.objects.create(award=award, **({"due_on": DUE} | fields))


def test_a_report_is_late_from_the_day_after(award):
    report = owed(award)
    assert overdue_of(award.structure, DUE) == []
    assert overdue_of(award.structure, date(2026, 7, 1)) == [report]


@pytest.mark.parametrize(
    ("status", "late"),
    [("expected", 1), ("draft", 1), ("returned", 1), ("submitted", 0), ("validated", 0)],
)
def test_what_was_handed_in_is_not_owed(award, status, late):
    owed(award, status=status)
    assert len(overdue_of(award.structure, NOW.date())) == late


@pytest.mark.parametrize("status", ["proposed", "lapsed", "renounced", "revoked", "settled"])
def test_no_report_is_owed_for_money_that_was_not_given(award, status):
    owed(award)
    award.status, award.reserved = status, Decimal(0)
    award.save()
    assert overdue_of(award.structure, NOW.date()) == []


def test_each_authority_asks_for_its_own(award, cast):
    report = owed(award)
    assert overdue_of(award.structure, NOW.date(), space=cast.space) == [report]
    assert overdue_of(award.structure, NOW.date(), space=cast.other_space) == []


def test_the_sentence_names_the_file_and_the_day(award):
    report = owed(award)
    reference, title = award.application.reference, award.application.edition.title
    assert why_late([]) == ""
    assert why_late([report]) == (
        f"Un bilan de subvention manque : {reference} ({title}), attendu le 30 juin 2026."
        " Rendez-le dans « Mes subventions », puis revenez déposer : vos réponses sont gardées."
    )
    assert why_late([report, report]).startswith("Des bilans de subvention manquent : ")


@pytest.mark.one_engine
def test_words_of_days_instants_and_euros():
    late = datetime(2026, 2, 6, 23, 59, tzinfo=ZoneInfo("Europe/Paris"))
    assert long_date(date(2027, 3, 1)) == "1er mars 2027"
    assert long_date(datetime(2026, 6, 30, 23, 0, tzinfo=ZoneInfo("UTC"))) == "1er juillet 2026"
    assert long_instant(late) == "6 février 2026 à 23 h 59 (heure de Paris)"
    assert in_euros(Decimal("7500.00")) == "7\N{NO-BREAK SPACE}500\N{NO-BREAK SPACE}€"
    assert in_euros(Decimal("1250.50")) == "1\N{NO-BREAK SPACE}250,50\N{NO-BREAK SPACE}€"
