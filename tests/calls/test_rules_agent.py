"""Agents keep rules, examples and criteria in plain words; a published call no longer changes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from maillage.calls.enums import RuleKind
from maillage.calls.forms.rules import HINTS, INPUTS
from maillage.calls.models import Criterion, Edition, EditionEvent, EligibilityRule, RuleExample
from maillage.core.models import JournalEntry
from tests.calls.factories import make_edition, make_rule
from tests.factories import NOW, Cast, make_term

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def edition(cast: Cast) -> Edition:
    return make_edition(cast.space, status="draft", closes_at=NOW + timedelta(days=30))


@pytest.fixture
def chloe(cast: Cast) -> Client:
    return cast.client("chloe")


def page(edition: Edition, name: str, *args: object) -> str:
    return reverse(f"callrules:{name}", args=[edition.space.slug, edition.pk, *args])


TYPED = {"label": "Règle", "severity": "blocking"}


def test_every_kind_has_its_inputs_and_its_sentence() -> None:
    assert set(INPUTS) == set(RuleKind) == set(HINTS)


@pytest.mark.parametrize(
    ("kind", "typed", "operator", "value"),
    [
        ("form_or_label", {"families": ["association"], "labels": ["lab-esus"]}, "",
         {"families": ["association"], "labels": ["lab-esus"]}),
        ("action_place", {"operator": "all", "communes": ["93048"]}, "all", {"communes": ["93048"]}),
        ("age", {"operator": "ge", "months": "6"}, "ge", {"months": 6}),
        ("budget", {"max": "500000"}, "", {"max": "500000"}),
        ("amount", {"rate": "70"}, "", {"rate": "70"}),
        ("theme", {}, "", {}),
        ("zone", {}, "", {}),
        ("de_minimis", {"ceiling": "300000", "years": "3"}, "", {"ceiling": "300000", "years": 3}),
        ("question", {"question": "Êtes-vous lauréat ?", "expected": "no"}, "",
         {"question": "Êtes-vous lauréat ?", "expected": "no"}),
    ],
)  # fmt: skip
def test_a_rule_is_typed_in_plain_words(
    edition: Edition,
    chloe: Client,
    kind: str,
    typed: dict[str, object],
    operator: str,
    value: dict[str, object],
) -> None:
    make_term("label", "lab-esus")
    address = page(edition, "new_rule", kind)
    assert chloe.get(address).status_code == 200
    assert chloe.post(address, TYPED | typed).status_code == 302
    rule = edition.rules.get()
    assert (rule.kind, rule.code, rule.operator, rule.value) == (kind, "r1", operator, value)
    again = chloe.post(page(edition, "rule", rule.pk), TYPED | typed | {"label": "Autre"})
    assert again.status_code == 302
    rule.refresh_from_db()
    assert (rule.label, rule.value) == ("Autre", value)


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("legal_form", {}, "Choisissez au moins une forme."),
        ("label", {}, "Choisissez au moins un agrément"),
        ("budget", {}, "Donnez un minimum"),
        ("headcount", {"min": "9", "max": "3"}, "plus petit que le minimum"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(
    edition: Edition, chloe: Client, kind: str, typed: dict[str, str], said: str
) -> None:
    answer = chloe.post(page(edition, "new_rule", kind), TYPED | typed)
    assert said in answer.content.decode()
    assert not edition.rules.exists()


def test_what_no_input_shows_is_kept(edition: Edition, chloe: Client) -> None:
    rule = make_rule(edition, "legal_form", value={"categories": ["9220"], "families": []})
    chloe.post(page(edition, "rule", rule.pk), TYPED | {"families": ["mutual"]})
    rule.refresh_from_db()
    assert rule.value == {"categories": ["9220"], "families": ["mutual"]}


def test_rules_move_and_go(edition: Edition, chloe: Client) -> None:
    made = [make_rule(edition, "siret_alive", code=code, position=3) for code in ("a", "b", "c")]

    def order() -> list[str]:
        return list(edition.rules.values_list("code", flat=True))

    chloe.post(page(edition, "act", "regle", made[2].pk, "monter"))
    assert order() == ["a", "c", "b"]
    chloe.post(page(edition, "act", "regle", made[0].pk, "monter"))
    assert order() == ["a", "c", "b"]
    chloe.post(page(edition, "act", "regle", made[0].pk, "descendre"))
    assert order() == ["c", "a", "b"]
    chloe.post(page(edition, "act", "regle", made[1].pk, "retirer"))
    assert order() == ["c", "a"]
    assert chloe.post(page(edition, "act", "regle", made[0].pk, "bruler")).status_code == 404


def test_examples_are_tried_and_a_surprise_is_said(edition: Edition, chloe: Client) -> None:
    make_rule(edition, "legal_form", code="r1", label="Forme", value={"families": ["association"]})
    make_rule(edition, "age", code="r2", label="Âge", value={"months": 6})
    typed = {
        "example_label": "Une SARL",
        "family": "commercial",
        "created_on": "2020-01-01",
        "expected__r1": "no",
        "expected__r2": "no",
    }
    assert chloe.post(page(edition, "new_example"), typed).status_code == 302
    example = edition.examples.get()
    assert example.expected == {"r1": "no", "r2": "no"}
    assert example.facts["family"] == "commercial"
    shown = chloe.get(page(edition, "home")).content.decode()
    assert "Une SARL" in shown
    assert shown.count("attendu : non") == 1  # r2 says yes
    again = chloe.get(page(edition, "example", example.pk)).content.decode()
    assert '<option value="commercial" selected>' in again
    chloe.post(page(edition, "act", "exemple", example.pk, "retirer"))
    assert not RuleExample.objects.exists()


def test_an_example_that_does_not_read_is_said(edition: Edition, chloe: Client) -> None:
    make_rule(edition, "amount")
    edition.examples.create(label="Cassé", facts={"requested": "neuf"})
    assert "ne se lit pas" in chloe.get(page(edition, "home")).content.decode()


CRITERION = {
    "label": "Impact",
    "weight": "10",
    "scale_max": "2",
    "anchors": "rien\nun peu\nbeaucoup",
}


def test_a_criterion_needs_a_word_for_each_level(edition: Edition, chloe: Client) -> None:
    address = page(edition, "new_criterion")
    refused = chloe.post(address, CRITERION | {"anchors": "rien\nbeaucoup"})
    assert "Il faut 3 repères" in refused.content.decode()
    assert chloe.post(address, CRITERION | {"floor": "3"}).status_code == 200
    assert chloe.post(address, CRITERION | {"is_independent": "on"}).status_code == 200
    assert edition.criteria.count() == 2
    assert chloe.post(address, CRITERION | {"floor": "1"}).status_code == 302
    made = Criterion.objects.get(label="Impact")
    assert (made.anchors, made.floor) == (["rien", "un peu", "beaucoup"], 1)


def test_the_sum_of_weights_is_shown(edition: Edition, chloe: Client) -> None:
    assert "Juste" in chloe.get(page(edition, "home")).content.decode()
    chloe.post(page(edition, "new_criterion"), CRITERION)
    shown = chloe.get(page(edition, "home")).content.decode()
    assert "<strong>110</strong> sur 100" in shown
    assert "Il faut 100 avant de publier" in shown


def test_a_published_call_keeps_its_rules_and_takes_words_by_an_erratum(
    edition: Edition, chloe: Client
) -> None:
    rule = make_rule(edition, "age", value={"months": 6}, label="Six mois")
    criterion = edition.criteria.first()
    Edition.objects.filter(pk=edition.pk).update(status="open")
    for address in (
        page(edition, "new_rule", "age"),
        page(edition, "criterion", criterion.pk),
        page(edition, "new_criterion"),
    ):
        assert chloe.get(address).status_code == 302
    for what, one in (("regle", rule), ("critere", criterion)):
        chloe.post(page(edition, "act", what, one.pk, "retirer"))
        assert type(one).objects.filter(pk=one.pk).exists()
    words = {"label": "Un an", "months": "12", "severity": "indicative", "how_to_fix": "Attendez."}
    refused = chloe.post(page(edition, "rule", rule.pk), words)
    assert refused.status_code == 200
    chloe.post(page(edition, "rule", rule.pk), words | {"erratum": "Une faute de frappe."})
    rule = EligibilityRule.objects.get(pk=rule.pk)
    assert (rule.label, rule.value, rule.severity) == ("Six mois", {"months": 6}, "blocking")
    assert rule.how_to_fix == "Attendez."
    assert EditionEvent.objects.get().text == "Une faute de frappe."
    Edition.objects.filter(pk=edition.pk).update(status="closed")
    assert chloe.get(page(edition, "rule", rule.pk)).status_code == 302


def test_what_is_kept_is_in_the_journal(edition: Edition, chloe: Client, cast: Cast) -> None:
    chloe.post(page(edition, "new_rule", "siret_alive"), TYPED)
    (line,) = JournalEntry.objects.filter(action="call_rule_saved")
    assert (line.by, line.space_id) == (cast.chloe, cast.space.pk)


def test_rules_of_another_space_do_not_exist(edition: Edition, cast: Cast) -> None:
    make_rule(edition, "siret_alive")
    assert cast.client("bruno").get(page(edition, "home")).status_code == 403
    swapped = reverse("callrules:home", args=[cast.other_space.slug, edition.pk])
    assert cast.client("bruno").get(swapped).status_code == 404
