"""From the ready-made call to its end: creation, steps, second look, clock, seals, extension, erratum, cancellation."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.editions import configure, create, events, money, publish, run
from maillage.calls.actions.editions.holding import StaleEditionError
from maillage.calls.enums import AwardStatus, EditionStatus
from maillage.calls.lib import steps
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.moments import in_paris
from maillage.calls.lib.window import window_of
from maillage.calls.models import (
    Application,
    Edition,
    EditionEvent,
    Envelope,
    PaperTemplate,
    Programme,
    RoutingRule,
)
from maillage.calls.queries import editions as queries
from maillage.calls.queries.publication import is_department, remarks_of, takes_companies
from maillage.calls.tasks.editions import turn_editions
from maillage.core.jobs import drain
from maillage.core.models import JournalEntry, Letter
from maillage.core.schedule import ask_due
from tests.calls.factories import (
    make_application,
    make_award,
    make_edition,
    make_envelope,
    make_rule,
    make_submitted,
    name_as,
)
from tests.factories import NOW, Cast, make_role, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def clock(*parts: int) -> datetime:
    return in_paris(datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.fixture
def aicha(cast: Cast) -> User:
    return cast.aicha


@pytest.fixture
def other(cast: Cast) -> User:
    """A second agent of the space."""
    person = make_user(name="Rachid Benali")
    make_role(cast.space, person)
    return person


@pytest.fixture
def draft(cast: Cast, aicha: User) -> Edition:
    return create.create_from_profile(cast.space, by=aicha, now=NOW)


def complete(edition: Edition, by: User) -> Edition:
    """What only the authority can say."""
    values = {name: getattr(edition, name) for name in steps.NATURE.fields}
    values |= {
        "nature": {"initiated": True, "defined": True, "service": False},
        "legal_basis": "Solidarité",
        "deliberation_ref": "CP-2026-12",
        "deliberation_on": date(2026, 10, 1),
    }
    configure.save_step(edition, steps.NATURE, values, by=by, now=NOW, version=edition.version)
    edition.contact_email = "ess@test.example"
    edition.save(update_fields=["contact_email"])
    return Edition.objects.get(pk=edition.pk)


def published(edition: Edition, by: User, second: User) -> Edition:
    edition = complete(edition, by)
    publish.ask_check(edition, by=by, now=NOW, version=None)
    return publish.schedule(edition, by=second, now=NOW, version=None)


def acts(edition: Edition) -> list[str]:
    return list(
        JournalEntry.objects.filter(subject_type="calls.edition", subject_id=str(edition.pk))
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_the_ready_made_call_is_whole(draft: Edition) -> None:
    assert (draft.title, draft.prefix, draft.slug) == ("Progr'ESS 2027", "PROG27", "progress-2027")
    assert draft.closes_at == clock(2027, 2, 6, 23, 59)
    assert draft.opens_at == clock(2026, 11, 23, 9)
    assert draft.envelope is not None
    assert (draft.envelope.amount, draft.envelope.year) == (Decimal("100000.00"), 2027)
    assert [rule.code for rule in draft.rules.all()] == [
        "forme", "siret", "lieu", "anciennete", "bilans", "montant", "engagement", "societe", "minimis",
    ]  # fmt: skip
    assert sum(one.weight for one in draft.criteria.all()) == 100
    assert draft.forms.get().frozen_at is None
    left = {one.code for one in remarks_of(draft, NOW) if one.blocking}
    assert left <= {"nature", "legal_basis", "contact"}
    assert {"nature", "legal_basis"} <= left


def test_twice_the_ready_made_call_shares_programme_and_envelope(
    cast: Cast, draft: Edition, aicha: User
) -> None:
    again = create.create_from_profile(cast.space, by=aicha, now=NOW)
    assert (again.title, again.slug) == ("Progr'ESS 2027 (2)", "progress-2027-2")
    assert (again.programme, again.envelope) == (draft.programme, draft.envelope)


def test_close_to_february_the_ready_made_call_is_for_the_next_one(cast: Cast, aicha: User) -> None:
    late = create.create_from_profile(cast.space, by=aicha, now=clock(2027, 1, 10, 9))
    assert (late.year, late.closes_at) == (2028, clock(2028, 2, 6, 23, 59))


def test_a_clone_copies_rows_shifts_dates_and_forgets_decisions(cast: Cast, aicha: User) -> None:
    source = make_edition(
        cast.space,
        title="Progr'ESS 2026",
        prefix="PROG26",
        status=EditionStatus.FINISHED,
        envelope=make_envelope(cast.space, label="Enveloppe 2026"),
        opens_at=clock(2025, 10, 20, 9),
        closes_at=clock(2026, 2, 6, 23, 59),
        deliberation_ref="CP-2025-1",
        decision_ref="CP-2026-4",
        meetings=[{"on": "2025-11-05T17:00:00+00:00", "label": "Réunion"}],
        key_dates=[{"on": "2026-04-15", "label": "Jury"}],
        last_number=29,
        published_by=aicha,
    )
    next_year = make_envelope(cast.space, label="Enveloppe 2027", year=2027)
    make_rule(source, "siret_alive", code="siret")
    source.examples.create(label="Exemple", facts={}, expected={})
    RoutingRule.objects.create(edition=source, label="Toutes", user=aicha)
    PaperTemplate.objects.create(
        space=cast.space, edition=source, kind="award", subject="x", body="y"
    )
    name_as(source, aicha, "authority")
    make_submitted(source)

    copy = create.clone(source, by=aicha, now=NOW)

    assert (copy.title, copy.prefix, copy.slug, copy.year) == (
        "Progr'ESS 2027", "PROG27", "progress-2027", 2027,
    )  # fmt: skip
    assert (copy.status, copy.cloned_from, copy.envelope) == ("draft", source, next_year)
    # In summer time one year, in winter time the next: 9 h stays 9 h.
    assert (copy.opens_at, copy.closes_at) == (clock(2026, 10, 20, 9), clock(2027, 2, 6, 23, 59))
    assert copy.meetings == [{"on": "2026-11-05T17:00:00+00:00", "label": "Réunion"}]
    assert copy.key_dates == [{"on": "2027-04-15", "label": "Jury"}]
    emptied = (copy.deliberation_ref, copy.decision_ref, copy.published_by, copy.last_number)
    assert emptied == ("", "", None, 0)
    for rows in ("rules", "examples", "criteria", "routing", "team", "paper_templates", "forms"):
        assert getattr(copy, rows).count() == getattr(source, rows).count(), rows
    form = copy.forms.get()
    assert (form.frozen_at, form.definition) == (None, source.forms.get().definition)
    assert copy.applications.count() == 0
    assert source.applications.count() == 1


def test_an_old_call_is_cloned_into_the_years_to_come(cast: Cast, aicha: User) -> None:
    source = make_edition(
        cast.space, title="Vieil appel", year=2020,
        opens_at=clock(2019, 12, 1, 9), closes_at=clock(2020, 2, 28, 12), published_at=None,
    )  # fmt: skip
    copy = create.clone(source, by=aicha, now=NOW)
    assert (copy.title, copy.year, copy.closes_at) == (
        "Vieil appel 2027", 2027, clock(2027, 2, 28, 12),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("PROG26", "PROG27"), ("AAP", "AAP27"), ("LOT1", "LOT1"), ("PROGRAMMES", "PROGRAMMES27")],
)
def test_the_prefix_follows_the_year(prefix: str, expected: str) -> None:
    assert create.next_prefix(prefix, 2026, 2027) == expected


def test_a_step_writes_its_own_columns_and_nothing_else(draft: Edition, aicha: User) -> None:
    values = {name: getattr(draft, name) for name in steps.MONEY.fields}
    configure.save_step(
        draft, steps.MONEY, values | {"amount_max": Decimal("9000.00"), "title": "Autre"},
        by=aicha, now=NOW, version=0,
    )  # fmt: skip
    stored = Edition.objects.get(pk=draft.pk)
    assert (stored.amount_max, stored.title, stored.version) == (
        Decimal("9000.00"), "Progr'ESS 2027", 1,
    )  # fmt: skip
    entry = JournalEntry.objects.get(action="edition.configured")
    assert entry.changes == {"amount_max": ["15000.00", "9000.00"]}


def test_saving_nothing_new_writes_nothing(draft: Edition, aicha: User) -> None:
    values = {name: getattr(draft, name) for name in steps.READING.fields}
    configure.save_step(draft, steps.READING, values, by=aicha, now=NOW, version=0)
    assert acts(draft) == ["edition.created"]


def test_who_saves_over_another_is_told(draft: Edition, aicha: User) -> None:
    complete(draft, aicha)
    values = {name: getattr(draft, name) for name in steps.READING.fields}
    with pytest.raises(StaleEditionError):
        configure.save_step(
            draft, steps.READING, values | {"quorum": 5}, by=aicha, now=NOW, version=0
        )
    assert Edition.objects.get(pk=draft.pk).quorum == 3


def test_the_form_follows_themes_and_cap(draft: Edition, aicha: User) -> None:
    values = {name: getattr(draft, name) for name in steps.PRESENTATION.fields}
    themes = [
        {"code": "climat", "label": "Climat"},
        {"code": "quotidien", "label": "Vie quotidienne"},
    ]
    configure.save_step(
        draft, steps.PRESENTATION, values | {"themes": themes}, by=aicha, now=NOW, version=None
    )
    values = {name: getattr(draft, name) for name in steps.MONEY.fields}
    configure.save_step(
        draft, steps.MONEY, values | {"amount_max": Decimal(9000)}, by=aicha, now=NOW, version=None
    )
    fields = {
        one["meaning"]: one
        for section in draft.forms.get().definition["sections"]
        for one in section["fields"]
        if one.get("meaning")
    }
    assert fields["theme"]["choices"] == [["climat", "Climat"], ["quotidien", "Vie quotidienne"]]
    assert fields["requested"]["maximum"] == "9000"


def test_publication_waits_for_what_blocks(draft: Edition, aicha: User) -> None:
    with pytest.raises(publish.NotReadyError) as refused:
        publish.ask_check(draft, by=aicha, now=NOW, version=None)
    assert "L'appel n'est pas prêt." in str(refused.value)
    assert Edition.objects.get(pk=draft.pk).status == EditionStatus.DRAFT


def test_an_example_that_a_rule_answers_otherwise_blocks(draft: Edition, aicha: User) -> None:
    ready = complete(draft, aicha)
    assert [one for one in remarks_of(ready, NOW) if one.blocking] == []
    example = ready.examples.first()
    assert example is not None
    example.expected["forme"] = "no"
    example.save()
    [found] = [one for one in remarks_of(ready, NOW) if one.blocking]
    assert (found.code, found.step) == ("example", "regles")
    assert "la réponse est « oui », vous attendiez « non »" in found.text


def test_a_second_person_reads_before_publication(draft: Edition, aicha: User, other: User) -> None:
    ready = complete(draft, aicha)
    publish.ask_check(ready, by=aicha, now=NOW, version=None)
    told = set(Letter.objects.values_list("user", "subject"))
    assert (other.pk, "À relire avant publication : Progr'ESS 2027") in told
    assert aicha.pk not in {person for person, _subject in told}
    with pytest.raises(StepRefused, match="demandez à une autre personne"):
        publish.schedule(ready, by=aicha, now=NOW, version=None)
    done = publish.schedule(ready, by=other, now=NOW, version=None)
    assert (done.status, done.published_by, done.created_by) == ("scheduled", other, aicha)
    assert done.forms.get().frozen_at == NOW
    assert acts(draft)[-2:] == ["edition.to_check", "edition.scheduled"]


def test_who_is_alone_publishes_alone(cast: Cast) -> None:
    alone = make_user()
    make_role(cast.other_space, alone)
    cast.other_space.roles.exclude(user=alone).delete()
    draft = complete(create.create_from_profile(cast.other_space, by=alone, now=NOW), alone)
    publish.ask_check(draft, by=alone, now=NOW, version=None)
    assert publish.schedule(draft, by=alone, now=NOW, version=None).published_by == alone


def test_sent_back_with_its_reason(draft: Edition, aicha: User, other: User) -> None:
    ready = complete(draft, aicha)
    publish.ask_check(ready, by=aicha, now=NOW, version=None)
    with pytest.raises(StepRefused, match="Dites ce qu'il faut reprendre"):
        publish.send_back(ready, reason=" ", by=other, now=NOW, version=None)
    back = publish.send_back(ready, reason="Le plafond.", by=other, now=NOW, version=None)
    assert back.status == "draft"
    letter = Letter.objects.get(kind="calls.sent_back")
    assert (letter.user, "Le plafond." in letter.body) == (aicha, True)


def test_published_steps_no_longer_change(draft: Edition, aicha: User, other: User) -> None:
    live = published(draft, aicha, other)
    values = {name: getattr(live, name) for name in steps.READING.fields}
    with pytest.raises(StepRefused, match="Prolongez-le, ou publiez un erratum"):
        configure.save_step(live, steps.READING, values, by=aicha, now=NOW, version=None)


def test_the_clock_opens_and_closes_once_at_the_instants(
    draft: Edition, aicha: User, other: User
) -> None:
    live = published(draft, aicha, other)
    assert live.opens_at
    assert live.closes_at
    second = timedelta(seconds=1)
    assert run.turn(live.opens_at - second) == {"opened": 0, "closed": 0}
    assert run.is_due(live.opens_at)
    assert run.turn(live.opens_at) == {"opened": 1, "closed": 0}
    assert run.turn(live.opens_at) == {"opened": 0, "closed": 0}
    make_submitted(live)
    make_application(live)
    end = live.closes_at + timedelta(minutes=15)
    # Still open in the minutes of grace: they are not announced, and the clock leaves them.
    assert run.turn(end - second) == {"opened": 0, "closed": 0}
    assert not run.is_due(end - second)
    assert run.turn(end) == {"opened": 0, "closed": 1}
    assert run.turn(end) == {"opened": 0, "closed": 0}
    entry = JournalEntry.objects.get(action="edition.closed")
    assert entry.changes == {
        "status": ["open", "closed"], "deposits": [None, 1], "drafts": [None, 1],
    }  # fmt: skip
    assert (entry.by, entry.at) == (None, end)


def test_a_clock_that_was_stopped_catches_up_and_the_truth_did_not_wait(cast: Cast) -> None:
    edition = make_edition(cast.space, status=EditionStatus.SCHEDULED)
    assert edition.closes_at
    assert window_of(edition).is_open(NOW)
    after = edition.closes_at + DAY
    assert not window_of(edition).is_open(after)
    assert run.turn(after) == {"opened": 1, "closed": 1}
    assert Edition.objects.get(pk=edition.pk).status == EditionStatus.CLOSED


def test_the_worker_asks_when_something_is_due(cast: Cast) -> None:
    edition = make_edition(cast.space, status=EditionStatus.SCHEDULED)
    assert "calls.turn_editions" in ask_due(NOW)
    assert turn_editions.__name__ == "turn_editions"
    drain()
    assert Edition.objects.get(pk=edition.pk).status == EditionStatus.OPEN
    assert "calls.turn_editions" not in ask_due(NOW)


def test_a_call_whose_instant_has_come_opens_at_publication(
    cast: Cast, aicha: User, other: User
) -> None:
    draft = complete(create.create_from_profile(cast.space, by=aicha, now=NOW - 3 * DAY), aicha)
    publish.ask_check(draft, by=aicha, now=NOW, version=None)
    assert publish.schedule(draft, by=other, now=NOW, version=None).status == EditionStatus.OPEN


def test_seals_are_broken_after_the_closing_once_and_it_is_told(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space, is_sealed=True)
    make_submitted(edition)
    with pytest.raises(StepRefused, match="après la clôture"):
        run.unseal(edition, by=aicha, now=NOW)
    assert Application.objects.unsealed(NOW).count() == 0
    Edition.objects.filter(pk=edition.pk).update(status=EditionStatus.CLOSED)
    run.unseal(edition, by=aicha, now=NOW)
    run.unseal(edition, by=aicha, now=NOW + DAY)
    entry = JournalEntry.objects.get(action="edition.unsealed")
    assert (entry.by, entry.at, entry.changes) == (aicha, NOW, {"deposits": [None, 1]})
    assert Application.objects.unsealed(NOW).count() == 1


def test_instruction_begins_after_the_closing_and_opens_the_seals(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space, is_sealed=True)
    with pytest.raises(StepRefused):
        run.begin_instruction(edition, by=aicha, now=NOW)
    Edition.objects.filter(pk=edition.pk).update(status=EditionStatus.CLOSED)
    done = run.begin_instruction(edition, by=aicha, now=NOW)
    assert (done.status, done.unsealed_by) == ("instruction", aicha)
    assert acts(edition) == ["edition.unsealed", "edition.instruction"]


def test_an_extension_is_longer_public_and_told_to_everyone_who_writes(
    cast: Cast, aicha: User
) -> None:
    edition = make_edition(cast.space)
    writing, done = make_application(edition), make_submitted(edition)
    gone = make_submitted(edition, status="withdrawn")
    assert edition.closes_at
    until = edition.closes_at + 3 * DAY
    event = events.extend(edition, until=until, reason="Panne du site.", by=aicha, now=NOW)
    stored = Edition.objects.get(pk=edition.pk)
    assert (stored.closes_at, event.before, event.after) == (until, edition.closes_at, until)
    told = set(Letter.objects.filter(kind="calls.extended").values_list("user", flat=True))
    assert told == {writing.created_by_id, done.created_by_id}
    assert gone.created_by_id not in told
    letter = Letter.objects.filter(kind="calls.extended").first()
    assert letter is not None
    assert "jusqu'au samedi 5 décembre 2026 à 10 h 30 (heure de Paris)" in letter.body
    assert "Panne du site." in letter.body


@pytest.mark.parametrize(
    ("shift", "at", "reason", "sentence"),
    [
        (-DAY, NOW, "x", "Choisissez un instant après"),
        (timedelta(0), NOW, "x", "Choisissez un instant après"),
        (DAY, NOW + 10 * DAY, "x", "La clôture est passée"),
        (DAY, NOW, "  ", "Dites pourquoi"),
    ],
)
def test_extensions_that_are_refused(
    cast: Cast, aicha: User, shift: timedelta, at: datetime, reason: str, sentence: str
) -> None:
    edition = make_edition(cast.space)
    assert edition.closes_at
    with pytest.raises(StepRefused, match=sentence):
        events.extend(edition, until=edition.closes_at + shift, reason=reason, by=aicha, now=at)
    assert Edition.objects.get(pk=edition.pk).closes_at == edition.closes_at
    assert EditionEvent.objects.count() == 0
    assert Letter.objects.count() == 0


def test_extended_meanwhile_a_call_is_not_closed(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space)
    assert edition.closes_at
    due = list(queries.to_close(edition.closes_at))
    assert due == [edition]
    events.extend(edition, until=edition.closes_at + DAY, reason="x", by=aicha, now=NOW)
    assert run._turn_one(due[0], edition.closes_at, closing=True) == 0
    assert Edition.objects.get(pk=edition.pk).status == EditionStatus.OPEN


def test_the_second_stage_is_extended_after_the_first(cast: Cast, aicha: User) -> None:
    edition = make_edition(
        cast.space, two_stages=True, status=EditionStatus.INSTRUCTION,
        closes_at=NOW - DAY, full_closes_at=NOW + 5 * DAY,
    )  # fmt: skip
    events.extend(edition, until=NOW + 9 * DAY, reason="x", by=aicha, now=NOW)
    stored = Edition.objects.get(pk=edition.pk)
    assert (stored.closes_at, stored.full_closes_at) == (NOW - DAY, NOW + 9 * DAY)


def test_an_erratum_corrects_words_only(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space)
    make_application(edition)
    values: dict[str, Any] = {"eligible_costs": "Salaires.", "amount_max": Decimal(1)}
    events.correct(edition, text="Les salaires.", values=values, by=aicha, now=NOW, version=0)
    stored = Edition.objects.get(pk=edition.pk)
    assert (stored.eligible_costs, stored.amount_max) == ("Salaires.", Decimal("15000.00"))
    assert [one.text for one in stored.events.all()] == ["Les salaires."]
    assert Letter.objects.filter(kind="calls.erratum").count() == 1
    with pytest.raises(StaleEditionError):
        events.correct(edition, text="x", values={}, by=aicha, now=NOW, version=0)


def test_cancelled_a_call_drops_its_files_and_gives_the_money_back(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space, status=EditionStatus.JURY)
    read = make_submitted(edition, status="reviewed")
    writing = make_application(edition)
    award = make_award(read, "7000.00")
    assert Envelope.objects.get(pk=edition.envelope_id).reserved == Decimal(7000)
    events.cancel(edition, reason="Crédits supprimés.", by=aicha, now=NOW)
    award.refresh_from_db()
    assert (award.status, award.reserved) == (AwardStatus.REVOKED, 0)
    assert Envelope.objects.get(pk=edition.envelope_id).reserved == 0
    assert set(Application.objects.values_list("status", flat=True)) == {"dropped"}
    assert Letter.objects.filter(kind="calls.cancelled").count() == 2
    assert {read.created_by_id, writing.created_by_id} == set(
        Letter.objects.values_list("user", flat=True)
    )


def test_a_decided_call_is_not_cancelled(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space, status=EditionStatus.DECIDED)
    with pytest.raises(StepRefused):
        events.cancel(edition, reason="x", by=aicha, now=NOW)


def test_a_draft_is_cancelled_without_a_word_to_the_public(draft: Edition, aicha: User) -> None:
    events.cancel(draft, reason="Doublon.", by=aicha, now=NOW)
    assert EditionEvent.objects.count() == 0
    assert list(queries.published_in(draft.space)) == []


def test_the_team_is_of_agents(cast: Cast, draft: Edition, aicha: User) -> None:
    configure.name_member(draft, aicha, "authority", by=aicha, now=NOW)
    configure.name_member(draft, aicha, "authority", by=aicha, now=NOW)
    assert draft.team.count() == 1
    with pytest.raises(StepRefused, match="agent de l'espace"):
        configure.name_member(draft, make_user(), "finance", by=aicha, now=NOW)
    configure.remove_member(draft.team.get(), by=aicha, now=NOW)
    assert draft.team.count() == 0
    assert acts(draft).count("edition.team") == 2


def test_an_envelope_is_never_smaller_than_what_is_given(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space)
    make_award(make_submitted(edition), "7000.00")
    envelope = Envelope.objects.get(pk=edition.envelope_id)
    values = {"year": 2026, "label": "Moins", "amount": Decimal("6999.99")}
    with pytest.raises(StepRefused, match="déjà attribués"):
        money.save_envelope(cast.space, envelope, values, by=aicha, now=NOW)
    money.save_envelope(cast.space, envelope, values | {"amount": Decimal(7000)}, by=aicha, now=NOW)
    stored = Envelope.objects.get(pk=envelope.pk)
    assert (stored.amount, stored.reserved, stored.label) == (Decimal(7000), Decimal(7000), "Moins")


def test_what_an_envelope_pays_year_by_year(cast: Cast) -> None:
    edition = make_edition(cast.space)
    award = make_award(make_submitted(edition), "7000.00")
    row: dict[str, Any] = {"kind": "advance", "planned_on": date(2026, 12, 1)}
    award.instalments.create(rank=1, amount=Decimal(4900), **row)
    award.instalments.create(rank=2, amount=Decimal(2100), **row | {"planned_on": date(2027, 9, 1)})
    award.instalments.create(rank=3, amount=Decimal(5000), **row, status="cancelled")
    [purse] = queries.purses(cast.space)
    assert purse.by_year == {2026: Decimal(4900), 2027: Decimal(2100)}
    assert (purse.left, purse.percent, purse.editions) == (Decimal(93_000), 7, [edition])


def test_counts_leave_out_files_that_one_may_not_reach(cast: Cast, aicha: User) -> None:
    edition = make_edition(cast.space)
    mine, _other = make_submitted(edition), make_submitted(edition)
    make_application(edition)
    assert queries.counts_of([edition], aicha)[edition.pk] == queries.Counts(1, 2)
    mine.interests.create(user=aicha, answer="direct", recused=True, declared_at=NOW)
    assert queries.counts_of([edition], aicha)[edition.pk] == queries.Counts(1, 1)


def test_the_board_goes_by_instants(cast: Cast) -> None:
    opened = make_edition(cast.space, status=EditionStatus.SCHEDULED)
    coming = make_edition(cast.space, status=EditionStatus.SCHEDULED, opens_at=NOW + DAY)
    past = make_edition(cast.space, status=EditionStatus.OPEN, closes_at=NOW)
    told = make_edition(
        cast.space, status=EditionStatus.DRAFT, summary="Bientôt", published_at=None,
        forecast_on=date(2027, 1, 4),
    )  # fmt: skip
    make_edition(cast.space, status=EditionStatus.CHECKING, published_at=None)
    make_edition(cast.space, status=EditionStatus.CANCELLED, published_at=None)
    dropped = make_edition(cast.space, status=EditionStatus.CANCELLED)
    make_edition(cast.other_space)
    board = queries.board(cast.space, NOW)
    assert (board.open, board.coming, board.announced) == ([opened], [coming], [told])
    assert set(board.closed) == {past, dropped}


def test_departments_and_companies(cast: Cast) -> None:
    space = cast.space
    space.siren, space.authority = "229200506", "Hauts-de-Seine"
    assert is_department(space)
    space.siren = "200057867"
    assert not is_department(space)
    space.siren, space.authority = "", "Département des Hauts-de-Seine"
    assert is_department(space)
    edition = make_edition(space)
    rules = [
        make_rule(
            edition, "form_or_label", value={"families": ["association"], "labels": ["lab-esus"]}
        )
    ]
    assert takes_companies([])
    assert takes_companies(rules)
    rules.append(make_rule(edition, "legal_form", value={"families": ["association"]}))
    assert not takes_companies(rules)


def test_a_fault_in_the_middle_changes_nothing(
    cast: Cast, aicha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = make_edition(cast.space)
    make_application(edition)

    def broken(*_args: object, **_named: object) -> None:
        raise OSError("letters cannot be written")

    monkeypatch.setattr(events, "tell", broken)
    assert edition.closes_at
    with pytest.raises(OSError, match="cannot be written"), transaction.atomic():
        events.extend(edition, until=edition.closes_at + DAY, reason="x", by=aicha, now=NOW)
    assert Edition.objects.get(pk=edition.pk).closes_at == edition.closes_at
    assert (EditionEvent.objects.count(), acts(edition)) == (0, [])
    assert Programme.objects.count() == 1
