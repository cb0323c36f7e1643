"""Facts as our registers and the file say them, and what is kept of the judgement."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from maillage.calls.actions.eligibility import evaluate
from maillage.calls.enums import AwardStatus, FactSource, Outcome
from maillage.calls.lib.facts import Aid, Held
from maillage.calls.models import AidBatch, AidRecord, Answer, AwardReport
from maillage.calls.queries.eligibility import refusals_of
from maillage.calls.queries.facts import facts_of, facts_of_structure
from maillage.structures.models import EstablishmentNeighbourhood, Structure
from maillage.territories.models import Neighbourhood
from tests.calls.factories import (
    make_application,
    make_award,
    make_edition,
    make_rule,
    make_submitted,
)
from tests.factories import NOW, Cast, make_label, make_structure, make_term

pytestmark = pytest.mark.django_db


def known(cast: Cast, **fields: object) -> Structure:
    return make_structure("La Fabrique", in_space=cast.space, **fields)


def test_a_structure_is_told_with_register_and_date(cast: Cast) -> None:
    one = known(
        cast,
        created_on=date(2020, 1, 1),
        size_band="11",
        size_year=2023,
        provenance={"family": {"source": "sirene", "date": "2026-03-01"}},
    )
    make_label(
        one,
        make_term("label", "lab-esus"),
        valid_from=date(2024, 1, 1),
        valid_to=date(2029, 1, 1),
        source="esus",
        source_date=date(2026, 2, 1),
    )
    facts = facts_of_structure(one, make_edition(cast.space), NOW)
    assert (facts.family.value, facts.family.register, facts.family.on) == (
        "association",
        "Sirene (Insee)",
        date(2026, 3, 1),
    )
    assert facts.labels.value == (Held("lab-esus", date(2024, 1, 1), date(2029, 1, 1)),)
    assert facts.labels.on == date(2026, 2, 1)
    assert facts.labels.partial
    assert facts.head_office.value == "93048"
    assert (facts.headcount.value, facts.headcount.on) == ((10, 19), date(2023, 12, 31))
    assert facts.siret_state.value == "active"
    assert facts.at == (NOW + timedelta(days=10)).date()
    assert facts.terms.perimeter == {"93048", "93055"}


def test_what_registers_do_not_know_is_silent_never_false(cast: Cast) -> None:
    collective = make_structure("Collectif", siren=None, family="")
    facts = facts_of_structure(collective, make_edition(cast.space), NOW)
    for name in ("family", "head_office", "created_on", "headcount", "siret_state"):
        fact = getattr(facts, name)
        assert (fact.known, fact.silent) == (False, True), name


def test_a_closed_head_office_is_no_longer_alive(cast: Cast) -> None:
    one = known(cast)
    one.establishments.update(state="ceased")
    assert facts_of_structure(one, make_edition(cast.space), NOW).siret_state.value == "ceased"


def test_a_place_in_a_priority_neighbourhood(cast: Cast) -> None:
    one = known(cast)
    quarter = Neighbourhood.objects.create(
        kind="qpv", code="QN09301M", name="Bel-Air", geometry={}, source="test"
    )
    EstablishmentNeighbourhood.objects.create(
        establishment=one.establishments.get(), neighbourhood=quarter
    )
    facts = facts_of_structure(one, make_edition(cast.space), NOW)
    assert facts.zones.value == ("qpv", "QN09301M")


def test_aids_come_from_files_and_from_our_awards_but_not_from_undone_ones(cast: Cast) -> None:
    one = known(cast)
    edition = make_edition(cast.space)
    undone = AidBatch.objects.create(
        space=cast.space, file_name="a.csv", source="s", at=NOW, undone_at=NOW
    )
    aid = {"name": one.name, "giver": "Région", "is_de_minimis": True, "siren": one.siren}
    row = {"space": cast.space, "amount": Decimal(100), "decided_on": date(2025, 1, 1)} | aid
    AidRecord.objects.create(**row)
    AidRecord.objects.create(**row | {"is_de_minimis": False})
    AidRecord.objects.create(**row | {"batch": undone})
    AidRecord.objects.create(**row | {"space": cast.other_space})
    past = make_submitted(edition, structure=one)
    make_award(past, "7000.00", state_aid="de_minimis", status=AwardStatus.GRANTED)
    hidden = make_submitted(make_edition(cast.space), structure=one)
    make_award(hidden, "900.00", state_aid="de_minimis")
    facts = facts_of_structure(one, edition, NOW)
    assert facts.aids.value == (Aid(Decimal(100), date(2025, 1, 1)), Aid(Decimal(7000), NOW.date()))


def test_the_public_page_of_a_structure_says_neither_aids_nor_late_reports(cast: Cast) -> None:
    facts = facts_of_structure(known(cast), make_edition(cast.space), NOW, private=False)
    assert not facts.aids.known
    assert not facts.overdue.known


def test_a_late_report_of_any_partner_is_said(cast: Cast) -> None:
    partner = known(cast)
    past = make_submitted(make_edition(cast.space), structure=partner)
    award = make_award(past, status=AwardStatus.RUNNING, notified_at=NOW - timedelta(days=300))
    AwardReport.objects.create(award=award, due_on=date(2026, 6, 30))
    file = make_application(make_edition(cast.space))
    assert facts_of(file, NOW).overdue.value == ()
    file.partners.create(role="funded", structure=partner, name=partner.name)
    assert facts_of(file, NOW).overdue.value == (f"{past.reference}, attendu le 30 juin 2026",)


def test_a_file_adds_what_its_draft_says(cast: Cast) -> None:
    edition = make_edition(cast.space)
    make_rule(edition, "question", code="deja", value={"field": "deja", "expected": "no"})
    make_rule(edition, "budget", value={"field": "budget", "max": "500000"})
    make_rule(edition, "zone", value={"field": "qpv"})
    file = make_application(edition, theme="quotidien", places=["93048"])
    for code, value in (("deja", True), ("budget", "1200.50"), ("qpv", False)):
        Answer.objects.create(application=file, code=code, value=value, at=NOW)
    facts = facts_of(file, NOW)
    assert facts.requested.value == Decimal(9000)
    assert facts.places.value == ("93048",)
    assert facts.theme.value == "quotidien"
    assert facts.answers["deja"].value == "yes"
    assert facts.budget.value == Decimal("1200.50")
    assert facts.zones.value == ()
    assert facts.budget.source == FactSource.DECLARED


def test_a_lead_out_of_the_directory_is_to_check_not_refused(cast: Cast) -> None:
    edition = make_edition(cast.space)
    make_rule(edition, "siret_alive", code="r2")
    make_rule(edition, "legal_form", code="r1", value={"families": ["association"]})
    file = make_application(edition)
    file.partners.update(structure=None, siret="90000001700017")
    assert [row.outcome for row in evaluate(file, now=NOW)] == [Outcome.TO_CHECK] * 2
    file.partners.update(legal_category="5710")
    assert refusals_of(file, NOW)[0].code == "r1"


def test_the_answer_of_an_agent_stays_and_lets_the_deposit_go(cast: Cast) -> None:
    edition = make_edition(cast.space, themes=[{"code": "climat", "label": "Climat"}])
    rule = make_rule(edition, "theme", code="r3")
    file = make_application(edition, theme="quotidien")
    (result,) = evaluate(file, now=NOW)
    assert result.outcome == Outcome.NO
    assert result.evidence["sources"] == [
        {"words": "vos réponses", "source": "declared", "on": None}
    ]
    assert [one.code for one in refusals_of(file, NOW)] == ["r3"]
    result.overruled = Outcome.YES
    result.save()
    assert refusals_of(file, NOW) == []
    (again,) = evaluate(file, now=NOW + timedelta(hours=1))
    assert (again.outcome, again.overruled) == (Outcome.NO, Outcome.YES)
    rule.delete()
    make_rule(edition, "siret_alive", code="r4")
    assert [row.code for row in evaluate(file, now=NOW)] == ["r4"]
    assert set(file.results.values_list("code", flat=True)) == {"r3", "r4"}
