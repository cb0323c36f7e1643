"""Shipped reference tables and their loader."""

from collections import Counter
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.utils import timezone

from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.structures.actions.reference import Loaded, load_reference
from maillage.structures.enums import Axis, Family, PerimeterRule
from maillage.structures.lib import read_reference
from maillage.structures.models import Activity, LegalCategory, Synonym, Term

HUES = {"food", "reuse", "housing", "mobility", "culture", "health", "education", "other"}


def test_every_legal_category_has_a_known_rule_and_family():
    rows = read_reference().legal_categories
    assert len(rows) == len({row["code"] for row in rows}) == 260
    assert {row["rule"] for row in rows} <= set(PerimeterRule.values)
    assert {row["family"] for row in rows} <= set(Family.values)
    assert Counter(row["rule"] for row in rows)["include"] == 59


@pytest.mark.parametrize(
    ("code", "family", "rule"),
    [
        ("9220", "association", "include"),
        ("9260", "association", "include"),
        ("5458", "cooperative", "include"),
        ("6316", "cooperative", "include"),
        ("8210", "mutual", "include"),
        ("9300", "foundation", "include"),
        ("5710", "commercial", "flag_only"),
        ("5499", "commercial", "flag_only"),
        ("6100", "cooperative", "review"),
        ("1000", "other", "exclude"),
        ("7410", "other", "exclude"),
        ("8310", "other", "exclude"),
        ("9210", "association", "exclude"),
    ],
)
def test_rule_of_well_known_forms(code, family, rule):
    row = next(row for row in read_reference().legal_categories if row["code"] == code)
    assert (row["family"], row["rule"]) == (family, rule)


def test_no_unverified_form_is_called_settled():
    for row in read_reference().legal_categories:
        if row["rule"] == "review":
            assert "vérifier" in row["note"], row


def test_activities_cover_the_whole_nomenclature():
    rows = read_reference().activities
    assert len({(row["nomenclature"], row["code"]) for row in rows}) == len(rows)
    subclasses = [r for r in rows if r["nomenclature"] == "NAFRev2" and len(r["code"]) == 6]
    assert len(subclasses) == 732
    assert all(row["label"] and row["sector"] for row in subclasses)
    out = {row["code"] for row in subclasses if row["excluded"] == "1"}
    named = {"94.11Z", "94.12Z", "94.20Z", "94.91Z", "94.92Z"}
    assert {code for code in out if code.startswith("94")} == named
    assert {code[:2] for code in out} == {"84", "94", "97", "98", "99"}


def test_terms_are_trees_of_one_axis():
    rows = read_reference().terms
    by_code = {row["code"]: row for row in rows}
    assert len(by_code) == len(rows)
    assert {row["axis"] for row in rows} == set(Axis.values)
    for row in rows:
        assert None not in row, row  # a stray comma would add a nameless column
        assert row["code"] == row["code"].lower()
        if row["parent"]:
            assert by_code[row["parent"]]["axis"] == row["axis"]
            assert by_code[row["parent"]]["hue"] == row["hue"]
    sectors = [row for row in rows if row["axis"] == "sector" and not row["parent"]]
    assert len(sectors) == 18
    assert {row["hue"] for row in sectors} == HUES
    assert all(row["icon"] for row in sectors)
    used = {row["sector"] for row in read_reference().activities}
    assert used == {row["code"] for row in sectors}


def test_synonym_groups_hold_two_words_or_more_and_no_word_twice():
    groups = [line.split(", ") for line in read_reference().synonyms]
    assert all(len(group) >= 2 for group in groups)
    words = Counter(word.lower() for group in groups for word in group)
    assert [word for word, count in words.items() if count > 1] == []
    assert max(len(line) for line in read_reference().synonyms) <= 300


@pytest.mark.django_db
def test_a_new_database_has_everything():
    assert LegalCategory.objects.count() == 260
    assert Activity.objects.get(nomenclature="NAFRev2", code="88.91A").sector.code == "sec-soc"
    assert Term.objects.get(code="sec-ree-01").parent.code == "sec-ree"
    assert Synonym.objects.filter(words="ressourcerie, recyclerie").exists()
    assert load_reference(by=None, now=timezone.now()) == Loaded(0, 0, 0)


@pytest.mark.django_db
def test_a_missing_row_comes_back_and_raises_the_clock(capsys):
    before = journal.now_at("structures")
    Synonym.objects.filter(words="ressourcerie, recyclerie").delete()
    Activity.objects.filter(nomenclature="NAF2025").delete()
    call_command("load_reference")
    assert Synonym.objects.filter(words="ressourcerie, recyclerie").exists()
    assert Activity.objects.get(nomenclature="NAF2025", code="94.91").excluded
    assert journal.now_at("structures") == before + 1
    assert "lignes ajoutées, 0 mises à jour" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_row_nobody_edited_follows_the_files_and_an_edited_one_stays():
    reference = read_reference()
    labels = {"9220": "Association loi de 1901", "9230": "Association RUP"}
    rows = [
        {**row, "label": labels.get(row["code"], row["label"])}
        for row in reference.legal_categories
    ]
    edited = LegalCategory.objects.get(code="9230")
    now = timezone.now()
    journal.record("update", edited, by=None, at=now, changes={"rule": ["include", "review"]})

    loaded = load_reference(by=None, now=now, reference=replace(reference, legal_categories=rows))

    assert loaded == Loaded(created=0, updated=1, kept=1)
    assert LegalCategory.objects.get(code="9220").label == "Association loi de 1901"
    assert LegalCategory.objects.get(code="9230").label == edited.label
    entry = JournalEntry.objects.get(action="load_reference")
    assert entry.subject_id == "9220"
    assert entry.changes == {"label": ["Association déclarée", "Association loi de 1901"]}
    again = load_reference(by=None, now=now, reference=replace(reference, legal_categories=rows))
    assert again == Loaded(created=0, updated=0, kept=1)
