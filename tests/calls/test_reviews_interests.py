"""Interests: declared, seen, decided; recused means gone."""

from datetime import timedelta

import pytest

from maillage.accounts.models import ProConnectAccount
from maillage.calls.actions.interests import decide, declare, look
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Interest
from maillage.core.models import JournalEntry
from tests.calls.factories import make_award, make_edition, make_juror, make_review, make_submitted
from tests.factories import NOW, make_membership, make_structure, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    return make_edition(cast.space, status="instruction")


@pytest.fixture
def file(edition):
    structure = make_structure(
        "Ruche",
        in_space=edition.space,
        email="contact@ruche.example",
        website="https://www.ruche.example/a",
    )
    file = make_submitted(edition, structure=structure)
    file.partners.update(representative="Marie Dupont", contact_email="moi@perso.example")
    return file


def codes(edition, user, file):
    look(edition, [user.pk], now=NOW)
    one = Interest.objects.filter(application=file, user=user).first()
    return [signal["code"] for signal in one.signals] if one else []


def test_nothing_in_common_writes_nothing(edition, file):
    juror = make_juror(edition, organisation="Mairie")
    assert look(edition, [juror.user_id], now=NOW) == 0
    assert not Interest.objects.exists()


def test_every_signal_is_found_by_its_own_identifier(edition, file):
    structure = file.partners.get().structure
    by_domain = make_juror(edition, user=make_user("x@ruche.example")).user
    by_second_mail = make_juror(edition).user
    by_second_mail.emailaddress_set.create(email="Moi@Perso.example")
    by_name = make_juror(edition, user=make_user(name="Marie DUPONT")).user
    by_organisation = make_juror(edition, organisation="ruche").user
    by_employer = make_juror(edition).user
    ProConnectAccount.objects.create(
        user=by_employer, sub="s", siret=structure.siren + "00017", linked_at=NOW, used_at=NOW
    )
    keeper = make_juror(edition).user
    make_membership(structure, keeper, kind="member")
    former = make_juror(edition).user
    make_membership(structure, former, ended_at=NOW - timedelta(days=300))
    longer_ago = make_juror(edition).user
    make_membership(structure, longer_ago, ended_at=NOW - timedelta(days=1500))
    writer = make_juror(edition, user=file.created_by).user
    assert {
        "domain": codes(edition, by_domain, file),
        "contact": codes(edition, by_second_mail, file),
        "officer": codes(edition, by_name, file),
        "organisation": codes(edition, by_organisation, file),
        "employer": codes(edition, by_employer, file),
        "member": codes(edition, keeper, file),
        "was_member": codes(edition, former, file),
        "nothing": codes(edition, longer_ago, file),
        "writer": codes(edition, writer, file),
    } == {
        "domain": ["domain"],
        "contact": ["contact", "domain"],
        "officer": ["officer"],
        "organisation": ["organisation"],
        "employer": ["employer"],
        "member": ["member"],
        "was_member": ["was_member"],
        "nothing": [],
        "writer": ["writer"],
    }


def test_shared_mailboxes_say_nothing(edition):
    file = make_submitted(edition)
    file.partners.update(contact_email="asso@gmail.com")
    juror = make_juror(edition, user=make_user("juree@gmail.com"))
    assert codes(edition, juror.user, file) == []


def test_competing_and_being_funded_are_seen_on_the_files_of_others(edition, file):
    mine, past = make_submitted(edition), make_edition(edition.space, programme=edition.programme)
    juror = make_juror(edition).user
    make_membership(mine.partners.get().structure, juror)
    make_award(make_submitted(past, structure=mine.partners.get().structure))
    assert codes(edition, juror, file) == ["competes", "funded"]
    assert codes(edition, juror, mine) == ["funded", "member"]


def test_a_certain_link_recuses_a_juror_and_only_warns_of_an_agent(cast, edition, file):
    structure = file.partners.get().structure
    juror = make_juror(edition)
    review = make_review(file, juror)
    make_membership(structure, juror.user)
    make_membership(structure, cast.chloe)
    look(edition, [juror.user_id, cast.chloe.pk], now=NOW)
    review.refresh_from_db()
    assert (review.status, Interest.objects.get(user=juror.user).recused) == ("replaced", True)
    assert not Interest.objects.get(user=cast.chloe).recused
    line = JournalEntry.objects.get(action="interest_found")
    assert (line.changes, line.reason) == ({"recused": [False, True], "user": juror.user_id}, "")
    assert look(edition, [juror.user_id, cast.chloe.pk], now=NOW) == 0


def test_what_an_agent_decided_stays(cast, edition, file):
    juror = make_juror(edition)
    make_membership(file.partners.get().structure, juror.user)
    decide(file, juror.user, recused=False, reason="Il a quitté le bureau.", by=cast.chloe, now=NOW)
    look(edition, [juror.user_id], now=NOW)
    one = Interest.objects.get(user=juror.user)
    assert (one.recused, [signal["code"] for signal in one.signals]) == (False, ["member"])


@pytest.mark.parametrize("answer", ["direct", "indirect", "prefers"])
def test_any_interest_makes_the_file_disappear(cast, edition, file, answer):
    juror = make_juror(edition)
    review = make_review(file, juror, 3, 4)
    Application.objects.filter(pk=file.pk).update(assigned_to=juror.user)
    declare(file, answer=answer, text=" Mon frère y travaille. ", by=juror.user, now=NOW)
    review.refresh_from_db()
    file.refresh_from_db()
    assert (review.status, file.assigned_to) == ("replaced", None)
    assert not Application.objects.reachable_by(juror.user).exists()
    assert not Application.objects.read_by(juror.user).exists()
    line = JournalEntry.objects.get(action="interest_declared")
    assert "frère" not in str(line.changes) + line.reason


def test_none_opens_and_an_unknown_answer_is_refused(edition, file):
    juror = make_juror(edition)
    one = declare(file, answer="none", by=juror.user, now=NOW)
    assert (one.recused, one.declared_at) == (False, NOW)
    with pytest.raises(StepRefused, match="dans la liste"):
        declare(file, answer="peut-être", by=juror.user, now=NOW)


def test_a_decision_needs_a_reason_and_another_person(cast, edition, file):
    juror = make_juror(edition, user=cast.chloe)
    with pytest.raises(StepRefused, match="motif"):
        decide(file, juror.user, recused=True, reason=" ", by=cast.aicha, now=NOW)
    with pytest.raises(StepRefused, match="vous-même"):
        decide(file, cast.chloe, recused=False, reason="Rien.", by=cast.chloe, now=NOW)
    decide(file, cast.chloe, recused=True, reason="Conjointe au bureau.", by=cast.aicha, now=NOW)
    with pytest.raises(StepRefused, match="lui seul"):
        declare(file, answer="none", by=cast.chloe, now=NOW)
    assert Interest.objects.get().recused
