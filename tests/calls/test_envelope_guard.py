"""The envelope is guarded by the database itself, whatever writes the award."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from maillage.calls.models import Award, Envelope
from tests.calls.factories import make_award, make_edition, make_envelope, make_submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    return make_edition(cast.space, envelope=make_envelope(cast.space, "10000.00"))


def weight(edition):
    return Envelope.objects.get(pk=edition.envelope_id).reserved


def test_the_sum_follows_what_awards_weigh(edition):
    one = make_award(make_submitted(edition), "6000.10")
    other = make_award(make_submitted(edition), "3999.90")
    assert weight(edition) == Decimal("10000.00")
    Award.objects.filter(pk=one.pk).update(reserved=Decimal("1000.05"))
    assert weight(edition) == Decimal("4999.95")
    other.delete()
    assert weight(edition) == Decimal("1000.05")


def test_one_cent_too_much_is_refused_by_orm_and_by_sql(edition):
    one = make_award(make_submitted(edition), "6000.00")
    late = make_submitted(edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_award(late, "4000.01")
    other = make_award(late, "4000.00")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_award SET amount = 6000.01, reserved = 6000.01 WHERE id = %s", [one.pk]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Envelope.objects.filter(pk=edition.envelope_id).update(amount=Decimal("9999.99"))
    assert weight(edition) == one.reserved + other.reserved == Decimal(10000)


def test_moving_an_award_to_another_envelope_moves_its_weight(edition, cast):
    award = make_award(make_submitted(edition), "6000.00")
    elsewhere = make_envelope(cast.space, "6000.00")
    Award.objects.filter(pk=award.pk).update(envelope=elsewhere)
    elsewhere.refresh_from_db()
    assert (weight(edition), elsewhere.reserved) == (0, Decimal("6000.00"))


def test_a_hundred_cents_add_up_without_drift(edition):
    for _ in range(30):
        make_award(make_submitted(edition), "0.10")
    assert weight(edition) == Decimal("3.00")
