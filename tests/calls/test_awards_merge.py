"""Words, fields and cents: what is pure."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.calls.enums import PaperKind
from maillage.calls.lib.award_delays import months_after
from maillage.calls.lib.merge import MissingValueError, blocks, faults_of, merge, names_in
from maillage.calls.lib.paper_fields import FIELDS, examples_of, names_of
from maillage.calls.lib.papers import DEFAULTS
from maillage.calls.lib.report_figures import amount_of, from_budget, problems, tables
from maillage.calls.lib.splitting import split

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize("kind", PaperKind.values)
def test_words_that_we_ship_hold_only_fields_that_are_explained(kind):
    words = DEFAULTS[kind]
    assert faults_of(f"{words.subject}\n{words.body}", names_of(kind)) == []
    merged = merge(words.body, examples_of(kind))
    assert "{{" not in merged
    assert all(place.about and place.example for place in FIELDS[kind])


def test_a_merge_names_every_value_that_is_missing_and_makes_nothing():
    with pytest.raises(MissingValueError) as refused:
        merge("{{ montant }} à {{nom}}, {{ objet }}", {"objet": "x", "nom": "  "})
    assert refused.value.names == ["montant", "nom"]


@pytest.mark.parametrize(
    "value",
    [
        "{{ montant }}",
        '#read("/etc/passwd")',
        "{% now %}",
        "$x$ *gras* @ref <a>",
        "\\n{0.__class__}",
    ],
)
def test_a_value_is_never_read_again(value):
    assert merge("Avant {{ nom }} après", {"nom": value, "montant": "9"}) == f"Avant {value} après"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ inconnu }}", "« inconnu » n'est pas un champ connu"),
        ("{{ montant }", "mal fermées"),
        ("{% if x %}", "mal fermées"),
        ("{{ a.b }}", "mal fermées"),
        ("{{ montant|safe }}", "mal fermées"),
    ],
)
def test_words_that_are_no_template_are_refused_with_a_sentence(text, said):
    found = faults_of(text, {"montant"})
    assert len(found) == 1
    assert said in found[0]


def test_names_are_told_once_in_the_order_of_the_text():
    assert names_in("{{ b }} {{a}} {{ b }}") == ["b", "a"]


def test_lines_become_headings_lists_and_paragraphs():
    text = "Bonjour,\nsuite\n\n## Titre\n- un\n- deux\nfin\r\n"
    assert blocks(text) == [
        {"kind": "prose", "text": "Bonjour,\nsuite"},
        {"kind": "heading", "text": "Titre"},
        {"kind": "list", "items": ["un", "deux"]},
        {"kind": "prose", "text": "fin"},
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(min_value=0, max_value=10**10),
    st.lists(st.integers(min_value=1, max_value=99), min_size=1, max_size=6),
)
def test_parts_add_up_to_the_cent(cents, weights):
    percents = [Decimal(100) * one / sum(weights) for one in weights[:-1]]
    percents.append(Decimal(100) - sum(percents))
    amount = Decimal(cents) / 100
    parts = split(amount, percents)
    assert sum(parts) == amount
    assert all(
        abs(part - amount * one / 100) < Decimal("0.011")
        for part, one in zip(parts, percents, strict=True)
    )


def test_parts_of_known_amounts():
    thirds = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert split(Decimal("0.05"), [Decimal(50), Decimal(50)]) == [Decimal("0.03"), Decimal("0.02")]
    assert split(Decimal(100), thirds) == thirds
    for wrong in ([Decimal(50)], [Decimal(100), Decimal(0)]):
        with pytest.raises(ValueError, match="100"):
            split(Decimal(10), wrong)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-06-30", 6, "2026-12-31"),
        ("2026-08-15", 6, "2027-02-15"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-11-20", 3, "2027-02-20"),
    ],
)
def test_months_of_the_calendar(day, months, after):
    from datetime import date

    assert months_after(date.fromisoformat(day), months).isoformat() == after


def test_the_figures_of_a_report_come_from_the_budget_and_tell_the_gap():
    budget = {
        "charges": [{"account": "60", "label": "Achats", "amount": "1000.00"}],
        "produits": [
            {"account": "74", "label": "Subvention", "amount": "1000.00"},
            {"amount": "?"},
        ],
    }
    rows = from_budget([budget, None])
    assert [(one["side"], one["planned"], one["actual"]) for one in rows] == [
        ("charges", "1000.00", ""),
        ("produits", "1000.00", ""),
    ]
    assert len(problems(rows)) == 2
    told = [rows[0] | {"actual": "1 250,50"}, rows[1] | {"actual": "1000"}]
    assert tables(told)[0].lines[0].percent == Decimal("25.0")
    assert tables(told)[0].total.gap == Decimal("250.50")
    assert "égal" in problems(told)[0]
    assert problems([told[0], rows[1] | {"actual": "1250.50"}]) == []
    assert json.dumps(rows)


@pytest.mark.parametrize("typed", ["", "abc", "-1", "NaN", "Infinity", "1e999"])
def test_what_is_no_amount_is_none(typed):
    assert amount_of(typed) is None
