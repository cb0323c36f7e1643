"""The engine of eligibility, kind by kind, and what holds whatever the facts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.calls.enums import FactSource, Outcome, RuleKind, Severity
from maillage.calls.lib.eligibility import Verdict, blocking, judge, judge_one, verdict_of
from maillage.calls.lib.facts import Aid, Fact, Facts, Held, Terms, facts_from
from maillage.calls.lib.rule_tests import TESTS
from maillage.calls.lib.rule_who import months_between
from maillage.calls.models import EligibilityRule

CLOSING = date(2026, 2, 6)
TERMS = Terms(
    amount_max=Decimal(15000),
    max_rate=Decimal(80),
    ceiling=Decimal(300000),
    perimeter=frozenset({"92012", "92050"}),
    territory="le territoire « Hauts-de-Seine »",
    themes=(("quotidien", "Vie quotidienne"),),
    words={"lab-esus": "Agrément ESUS", "qpv": "quartier prioritaire"},
)
SILENT = Fact(source=FactSource.REGISTER, silent=True, register="Sirene (Insee)")
YES, NO, TO_CHECK, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.TO_CHECK, Outcome.UNKNOWN


def rule(kind: str, **fields: Any) -> EligibilityRule:
    fields = {"code": kind.replace("_", "-"), "label": kind} | fields
    return EligibilityRule(kind=kind, **fields)


def facts(**known: Any) -> Facts:
    told = {
        name: value if isinstance(value, Fact) else Fact(value) for name, value in known.items()
    }
    return Facts(at=CLOSING, terms=TERMS, **told)


ESUS = {"families": ["association", "foundation", "mutual"], "labels": ["lab-esus"]}


def held(start: str = "", end: str = "") -> tuple[Held, ...]:
    return (
        Held(
            "lab-esus",
            date.fromisoformat(start) if start else None,
            date.fromisoformat(end) if end else None,
        ),
    )


CASES: list[tuple[str, dict[str, Any], dict[str, Any], Outcome]] = [
    ("legal_form", {"families": ["association"]}, {"family": "association"}, YES),
    ("legal_form", {"families": ["association"]}, {"family": "commercial"}, NO),
    ("legal_form", {"categories": ["9220"]}, {"legal_category": "9220"}, YES),
    ("legal_form", {"families": ["association"]}, {}, UNKNOWN),
    ("legal_form", {"families": ["association"]}, {"family": SILENT}, TO_CHECK),
    # R1: association, or ESUS valid on the closing day.
    ("form_or_label", ESUS, {"family": "association"}, YES),
    (
        "form_or_label",
        ESUS,
        {"family": "commercial", "labels": held("2024-01-01", "2026-02-06")},
        YES,
    ),
    (
        "form_or_label",
        ESUS,
        {"family": "commercial", "labels": held("2021-01-01", "2026-02-05")},
        NO,
    ),
    (
        "form_or_label",
        ESUS,
        {"family": "commercial", "labels": held("2026-02-07", "2031-01-01")},
        NO,
    ),
    ("form_or_label", ESUS, {"family": "commercial", "labels": held("2024-01-01")}, TO_CHECK),
    ("form_or_label", ESUS, {"family": "commercial", "labels": ()}, NO),
    ("form_or_label", ESUS, {"family": "commercial"}, UNKNOWN),
    (
        "form_or_label",
        ESUS,
        {"family": "commercial", "labels": Fact((), FactSource.REGISTER, partial=True)},
        TO_CHECK,
    ),
    ("form_or_label", ESUS, {"family": SILENT, "labels": held("2024-01-01", "2027-01-01")}, YES),
    ("label", {"labels": ["lab-esus"]}, {"labels": SILENT}, TO_CHECK),
    ("siret_alive", {}, {"siret_state": "active"}, YES),
    ("siret_alive", {}, {"siret_state": "ceased"}, NO),
    ("siret_alive", {}, {"siret_state": SILENT}, TO_CHECK),
    ("head_office", {}, {"head_office": "92012"}, YES),
    ("head_office", {"communes": ["92012"]}, {"head_office": "92050"}, NO),
    ("action_place", {}, {"places": ("92012", "75101")}, YES),
    ("action_place", {}, {"places": ("75101",)}, NO),
    ("action_place", {}, {}, UNKNOWN),
    ("age", {"months": 6}, {"created_on": date(2025, 8, 6)}, YES),
    ("age", {"months": 6}, {"created_on": date(2025, 8, 7)}, NO),
    ("headcount", {"max": 49}, {"headcount": (20, 49)}, YES),
    ("headcount", {"max": 30}, {"headcount": (20, 49)}, TO_CHECK),
    ("headcount", {"max": 10}, {"headcount": (20, 49)}, NO),
    ("headcount", {"min": 1}, {"headcount": (10000, None)}, YES),
    ("budget", {"max": "500000"}, {"budget": Decimal("500000.01")}, NO),
    ("budget", {"min": "1000"}, {"budget": Decimal(1000)}, YES),
    ("zone", {"zones": ["qpv"]}, {"zones": ("qpv", "QN09201M")}, YES),
    ("zone", {}, {"zones": Fact((), FactSource.COMPUTED, partial=True)}, TO_CHECK),
    ("zone", {}, {"zones": ()}, NO),
    ("theme", {}, {"theme": "quotidien"}, YES),
    ("theme", {}, {"theme": "climat"}, NO),
    ("amount", {}, {"requested": Decimal(15000), "total_cost": Decimal(18750)}, YES),
    ("amount", {}, {"requested": Decimal("15000.01"), "total_cost": Decimal(90000)}, NO),
    ("amount", {}, {"requested": Decimal("8000.01"), "total_cost": Decimal(10000)}, NO),
    ("amount", {}, {"requested": Decimal(8000)}, UNKNOWN),
    ("amount", {"min": "2000"}, {"requested": Decimal(1999), "total_cost": Decimal(9000)}, NO),
    # 6.2: only associations and foundations sign it.
    ("commitment", {}, {"family": "commercial"}, YES),
    ("commitment", {}, {"family": "association", "commitment": True}, YES),
    ("commitment", {}, {"family": "foundation", "commitment": False}, NO),
    ("commitment", {}, {"family": "association"}, UNKNOWN),
    ("reports_done", {}, {"overdue": ()}, YES),
    ("reports_done", {}, {"overdue": ("PROG25-0003, attendu le 30 juin 2026",)}, NO),
    ("legal_basis", {}, {"family": "association"}, YES),
    ("legal_basis", {"note": "Insertion."}, {"family": "commercial"}, TO_CHECK),
    ("question", {"expected": "no"}, {}, UNKNOWN),
]


@pytest.mark.parametrize(("kind", "value", "known", "outcome"), CASES)
def test_a_rule_answers(
    kind: str, value: dict[str, Any], known: dict[str, Any], outcome: Outcome
) -> None:
    found = judge_one(rule(kind, value=value), facts(**known))
    assert found.outcome == outcome
    assert found.sentence
    assert found.blocking == (outcome == NO)
    assert bool(found.how_to_fix) or outcome == YES or kind in {"budget", "headcount"}


def test_every_kind_has_its_test() -> None:
    assert set(TESTS) == set(RuleKind)


def test_what_the_applicant_must_ask_is_said_in_euros() -> None:
    asked = facts(requested=Decimal(9000), total_cost=Decimal(10000))
    found = judge_one(rule("amount"), asked)
    assert found.how_to_fix == "Demandez au plus 8\u00a0000\u00a0€."


DAY = date(2026, 2, 6)
AIDS = [
    ((), YES),
    ((Aid(Decimal(200000), date(2024, 5, 1)),), YES),
    ((Aid(Decimal(230000), date(2024, 5, 1)),), TO_CHECK),
    ((Aid(Decimal("285000.01"), date(2024, 5, 1)),), NO),
    # Rolling: what was granted three years before, to the day, no longer counts.
    ((Aid(Decimal(299000), date(2023, 2, 6)),), YES),
    ((Aid(Decimal(299000), date(2023, 2, 7)),), NO),
    ((Aid(Decimal(299000), None),), NO),
]


@pytest.mark.parametrize(("aids", "outcome"), AIDS)
def test_de_minimis_counts_three_rolling_years(aids: tuple[Aid, ...], outcome: Outcome) -> None:
    known = facts(aids=aids, requested=Decimal(15000))
    assert judge_one(rule("de_minimis"), known).outcome == outcome
    soft = judge_one(rule("de_minimis", severity=Severity.TO_CHECK), known)
    assert soft.outcome == (TO_CHECK if outcome == NO else outcome)


def test_without_a_ceiling_in_the_call_de_minimis_is_to_check() -> None:
    known = replace(facts(aids=()), terms=Terms())
    assert judge_one(rule("de_minimis"), known).outcome == TO_CHECK


def test_words_of_the_agents_come_first_and_the_law_is_dated() -> None:
    one = rule(
        "siret_alive",
        explanation_ko="Votre établissement doit être ouvert.",
        how_to_fix="Écrivez à l'Insee.",
        legal_ref="Règlement de l'appel, article 3",
        legal_ref_on=date(2026, 1, 1),
    )
    found = judge_one(one, facts(siret_state="ceased"))
    assert found.sentence.startswith(
        "Votre établissement doit être ouvert. L'établissement est fermé"
    )
    assert found.how_to_fix == "Écrivez à l'Insee."
    assert found.legal == "Règlement de l'appel, article 3 (version du 1er janvier 2026)"


def test_the_evidence_names_the_register_and_its_date() -> None:
    read = Fact("active", FactSource.REGISTER, "Sirene (Insee)", date(2026, 1, 15))
    (evidence,) = judge_one(rule("siret_alive"), facts(siret_state=read)).evidence
    assert (evidence.words, evidence.on) == ("Sirene (Insee)", date(2026, 1, 15))


def test_what_would_change_the_answer_is_the_blocking_no_and_only_them() -> None:
    rules = [
        rule("siret_alive"),
        rule("age", value={"months": 6}, severity=Severity.TO_CHECK),
        rule("theme", severity=Severity.INDICATIVE),
        rule("reports_done"),
    ]
    known = facts(
        siret_state="ceased", created_on=date(2026, 1, 1), theme="climat", overdue=("PROG25-0003",)
    )
    found = judge(rules, known)
    assert [one.code for one in blocking(found)] == ["siret-alive", "reports-done"]
    assert verdict_of(found) == Verdict.BLOCKED
    mended = judge(rules, replace(known, siret_state=Fact("active"), overdue=Fact(())))
    assert verdict_of(mended) == Verdict.TO_CHECK


def test_the_verdict_waits_for_what_blocks() -> None:
    rules = [rule("siret_alive"), rule("legal_basis", severity=Severity.TO_CHECK)]
    assert verdict_of(judge(rules, facts())) == Verdict.UNKNOWN
    assert verdict_of(judge(rules, facts(siret_state=SILENT, family="mutual"))) == Verdict.TO_CHECK
    alive = facts(siret_state="active", family="mutual")
    assert verdict_of(judge(rules, alive)) == Verdict.ELIGIBLE


def test_an_example_is_read_from_json() -> None:
    read = facts_from(
        {
            "family": "commercial",
            "labels": [{"code": "lab-esus", "to": "2027-01-01"}],
            "created_on": "2020-01-01",
            "requested": "9000",
            "places": ["92012"],
            "headcount": [3, None],
            "aids": [{"amount": "100", "on": "2025-01-01"}],
            "answers": {"q1": "yes"},
            "silent": ["siret_state"],
        },
        at=CLOSING,
        terms=TERMS,
    )
    assert read.labels.value == (Held("lab-esus", None, date(2027, 1, 1)),)
    assert read.aids.value == (Aid(Decimal(100), date(2025, 1, 1)),)
    assert read.requested.value == Decimal(9000)
    assert read.siret_state.silent
    assert judge_one(rule("question", code="q1", value={}), read).outcome == YES
    with pytest.raises(ValueError, match="neuf"):
        facts_from({"requested": "neuf"}, at=CLOSING, terms=TERMS)


@pytest.mark.parametrize(
    ("born", "day", "months"),
    [
        (date(2025, 8, 6), date(2026, 2, 6), 6),
        (date(2025, 8, 7), date(2026, 2, 6), 5),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2026, 2, 6), date(2026, 2, 6), 0),
    ],
)
def test_months(born: date, day: date, months: int) -> None:
    assert months_between(born, day) == months


# Every fact that satisfies the rules that read it, alone.
GOOD: dict[str, Fact] = {
    "family": Fact("association"),
    "labels": Fact(held("2020-01-01", "2030-01-01")),
    "head_office": Fact("92012"),
    "places": Fact(("92012",)),
    "created_on": Fact(date(2000, 1, 1)),
    "headcount": Fact((3, 3)),
    "budget": Fact(Decimal(1000)),
    "zones": Fact(("qpv",)),
    "theme": Fact("quotidien"),
    "requested": Fact(Decimal(1000)),
    "total_cost": Fact(Decimal(10000)),
    "commitment": Fact(value=True),
    "overdue": Fact(()),
    "siret_state": Fact("active"),
    "aids": Fact(()),
}
BAD: dict[str, Fact] = {
    "family": Fact("commercial"),
    "labels": Fact(()),
    "head_office": Fact("75101"),
    "places": Fact(("75101",)),
    "created_on": Fact(date(2026, 2, 1)),
    "headcount": Fact((900, 900)),
    "budget": Fact(Decimal(10**7)),
    "zones": Fact(()),
    "theme": Fact("autre"),
    "requested": Fact(Decimal(99999)),
    "total_cost": Fact(Decimal(100)),
    "commitment": Fact(value=False),
    "overdue": Fact(("un bilan",)),
    "siret_state": Fact("ceased"),
    "aids": Fact((Aid(Decimal(400000), CLOSING),)),
}
RULES = [
    rule("form_or_label", value=ESUS),
    rule("legal_form", value={"families": ["association"]}),
    rule("label", value={"labels": ["lab-esus"]}),
    rule("head_office"),
    rule("action_place", operator="all"),
    rule("age", value={"months": 6}),
    rule("headcount", value={"max": 49}),
    rule("budget", value={"max": "5000"}),
    rule("zone"),
    rule("theme"),
    rule("amount"),
    rule("commitment"),
    rule("reports_done"),
    rule("siret_alive"),
    rule("legal_basis", severity=Severity.TO_CHECK),
    rule("de_minimis"),
]
STATES = st.fixed_dictionaries(
    {name: st.sampled_from(["good", "bad", "silent", "unknown"]) for name in GOOD}
)


def of(states: dict[str, str]) -> Facts:
    made = {"good": GOOD, "bad": BAD}
    return facts(
        **{
            name: made[state][name] if state in made else SILENT if state == "silent" else Fact()
            for name, state in states.items()
        }
    )


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(states=STATES, name=st.sampled_from(sorted(GOOD)))
def test_a_fact_that_satisfies_never_turns_yes_into_no(states: dict[str, str], name: str) -> None:
    before = judge(RULES, of(states))
    after = judge(RULES, of(states | {name: "good"}))
    for was, now in zip(before, after, strict=True):
        # An association has one duty more than a company: that fact satisfies all rules but this one.
        if (name, was.kind) != ("family", "commitment"):
            assert not (was.outcome == YES and now.outcome == NO), now.sentence


@QUICK
@given(states=STATES)
def test_registers_that_are_down_never_refuse(states: dict[str, str]) -> None:
    down = {name: "silent" if state == "bad" else state for name, state in states.items()}
    assert blocking(judge(RULES, of(down))) == []


@QUICK
@given(states=STATES)
def test_mending_the_smallest_set_opens_the_deposit_and_less_does_not(
    states: dict[str, str],
) -> None:
    found = judge(RULES, of(states))
    failing = {one.code for one in blocking(found)}
    spared = [one for one in RULES if one.code not in failing]
    assert verdict_of(judge(spared, of(states))) != Verdict.BLOCKED
    for code in failing:
        kept = [one for one in RULES if one.code == code or one.code not in failing]
        assert verdict_of(judge(kept, of(states))) == Verdict.BLOCKED
