"""What is counted, named or written for people who stay away from a file, or who left it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from maillage.calls.actions import engaging, partners
from maillage.calls.actions.jury.starting import start_jury
from maillage.calls.actions.partners import Share, Who
from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus, PartnerRole
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Partner, Writer
from maillage.calls.permissions import may_write
from maillage.calls.queries.laureates import laureates_of, projects_of
from tests.calls.factories import (
    make_application,
    make_award,
    make_edition,
    make_juror,
    make_submitted,
)
from tests.calls.jury_stage import Stage
from tests.factories import NOW, make_membership, make_role, make_structure, make_user, signed_in

pytestmark = pytest.mark.django_db


def test_a_recused_agent_counts_no_proposal_and_no_sum_of_the_file(cast):
    stage = Stage(cast.space).open()
    stage.propose(0, "7000")
    stage.propose(1, "5321")
    agent = make_user()
    make_role(cast.space, agent)
    stage.recuse(stage.files[1], agent)
    page = signed_in(agent).get(f"/{cast.space.slug}/gestion/jury/appels/{stage.edition.pk}/")
    assert (page.context["proposed"], page.context["total"]) == (1, Decimal(7000))
    assert "12 321" not in page.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_a_recused_agent_reads_no_number_of_the_file_that_stops_the_jury(cast):
    stage = Stage(cast.space)
    hidden = make_submitted(stage.edition, status="submitted")
    stage.recuse(hidden, stage.secretary)
    page = signed_in(stage.secretary).get(
        f"/{cast.space.slug}/gestion/jury/appels/{stage.edition.pk}/"
    )
    assert hidden.reference not in page.content.decode()
    with pytest.raises(StepRefused) as refused:
        start_jury(stage.edition, by=stage.secretary, now=NOW)
    assert hidden.reference not in str(refused.value)


def test_a_partner_that_refused_is_named_on_no_public_page(cast):
    edition = make_edition(cast.space, status=EditionStatus.EXECUTION)
    file = make_submitted(edition, status=ApplicationStatus.AWARDED)
    make_award(file, status=AwardStatus.RUNNING, notified_at=NOW)
    away = make_structure("Qui a dit non", in_space=cast.space)
    Partner.objects.create(
        application=file, structure=away, name=away.name, role="funded", refused_at=NOW
    )
    assert projects_of(away.pk, cast.space) == []
    assert away not in laureates_of(cast.space)[0].structures


def test_who_refuses_writes_the_file_no_more_and_again_once_engaged(cast):
    file = make_application(make_edition(cast.space, closes_at=NOW + timedelta(days=10)))
    structure, keeper = make_structure("La Bricothèque"), make_user()
    make_membership(structure, keeper)
    share = Share(PartnerRole.FUNDED, Decimal(40), Decimal(3600), "Ateliers", access="editor")
    lead = Writer.objects.get(application=file).user
    partner = partners.add_partner(file, Who(structure=structure), share, by=lead, now=NOW)
    engaging.read_as_partner(partner, by=keeper, now=NOW)
    assert may_write(keeper, file)
    engaging.refuse(partner, by=keeper, now=NOW, reason="", version=0)
    partner.refresh_from_db()
    engaging.read_as_partner(partner, by=keeper, now=NOW)
    assert not may_write(keeper, file)
    engaging.engage(partner, by=keeper, now=NOW, signed_as="Présidente", commits=True, version=1)
    assert may_write(keeper, file)


def test_a_number_too_big_for_the_database_is_no_call(cast):
    juror = make_juror(make_edition(cast.space))
    assert signed_in(juror.user).get(f"/{cast.space.slug}/jury/{2**70}/").status_code == 404
