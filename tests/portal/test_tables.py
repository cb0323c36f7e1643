"""Terms, synonyms and rules of the ESS perimeter, from the screens to the structures."""

import pytest

from maillage.core.jobs import drain
from maillage.core.models import JournalEntry
from maillage.portal.queries.structures import StructureSearch, structures_page
from maillage.structures.actions.indexing import reindex
from maillage.structures.actions.recompute import recompute_statuses
from maillage.structures.models import Activity, LegalCategory, Structure, Synonym, Term
from tests.factories import NOW, Cast, make_label, make_structure, make_term, tag
from tests.portal.pages import filled, text, url

pytestmark = pytest.mark.django_db


def test_agents_read_and_administrators_write(cast: Cast):
    page = cast.client("chloe").get(url("vocabulary", cast)).content.decode()
    assert "Ajouter un terme" not in page
    assert "Ajouter un terme" in cast.client("aicha").get(url("vocabulary", cast)).content.decode()
    assert cast.client("chloe").get(url("vocabulary_axis", cast, "role")).status_code == 200
    assert cast.client("chloe").get(url("vocabulary_axis", cast, "inconnu")).status_code == 404


def test_terms_say_how_many_structures_hold_them(cast: Cast):
    term = make_term(code="sec-essai", label="Essai")
    tag(make_structure(in_space=cast.space), term)
    tag(make_structure(in_space=cast.space), term)
    page = text(cast.client("chloe").get(url("vocabulary", cast)))
    assert "Essai – sec-essai 2" in page


def test_a_term_gets_a_code_for_ever(cast: Cast):
    client = cast.client("aicha")
    for _ in range(2):
        client.post(
            url("new_term", cast, "audience"), {"label": "Parents solos", "definition": "Seuls."}
        )
    codes = Term.objects.filter(label="Parents solos").values_list("code", flat=True)
    assert sorted(codes) == ["pub-parents-solos", "pub-parents-solos-2"]
    assert JournalEntry.objects.filter(action="term_added", by=cast.aicha).count() == 2


def test_renaming_a_term_reaches_the_search(cast: Cast):
    term = make_term(code="sec-essai", label="Poterie")
    one = make_structure("La Fabrique", in_space=cast.space)
    tag(one, term)
    reindex()
    client, address = cast.client("aicha"), url("term", cast, term.pk)
    client.post(address, filled(client, address) | {"label": "Vannerie"})
    drain()
    found = structures_page(cast.space, StructureSearch(q="vannerie"))
    assert [row.pk for row in found.page] == [one.pk]
    assert list(structures_page(cast.space, StructureSearch(q="poterie")).page) == []


def test_a_term_is_put_out_of_use_and_kept_by_its_holders(cast: Cast):
    term = make_term("role", "rol-essai", "Essai")
    one = make_structure(in_space=cast.space)
    tag(one, term)
    client, address = cast.client("aicha"), url("term", cast, term.pk)
    client.post(address, filled(client, address) | {"ended_on": "2026-01-31"})
    assert "abandonné le 31 janvier 2026" in text(client.get(url("vocabulary_axis", cast, "role")))
    assert one.structure_terms.count() == 1
    form = client.get(url("terms", cast, one.pk)).context["form"]
    assert "rol-essai" not in dict(form.fields["roles"].choices)


def test_a_term_is_not_put_under_itself(cast: Cast):
    parent = make_term(code="sec-haut")
    child = make_term(code="sec-bas", parent=parent)
    client, address = cast.client("aicha"), url("term", cast, parent.pk)
    page = text(client.post(address, filled(client, address) | {"parent": child.pk}))
    assert "à revoir" in page
    parent.refresh_from_db()
    assert parent.parent is None


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (" repair café ,  café réparation, repair café", "repair café, café réparation"),
        ("seul", ""),
        (",,,", ""),
        ("mot, " * 80 + "fin", "mot, fin"),
    ],
)
def test_synonyms_are_groups_of_two_at_least(cast: Cast, words, kept):
    Synonym.objects.all().delete()
    answer = cast.client("aicha").post(url("synonyms", cast), {"words": words})
    assert list(Synonym.objects.values_list("words", flat=True)) == (
        [kept] if kept and len(words) <= 300 else []
    )
    assert answer.status_code == (302 if kept and len(words) <= 300 else 200)


def test_synonyms_are_changed_and_removed_with_a_trace(cast: Cast):
    client = cast.client("aicha")
    client.post(url("synonyms", cast), {"words": "zig, zag"})
    group = Synonym.objects.get(words="zig, zag")
    page = text(client.post(url("synonyms", cast), {"words": "zig, zag"}))
    assert "Ce groupe existe déjà." in page
    client.post(url("synonym", cast, group.pk), {"words": "zig, zag, zoug"})
    group.refresh_from_db()
    assert group.words == "zig, zag, zoug"
    client.post(url("remove_synonym", cast, group.pk))
    acts = JournalEntry.objects.filter(subject_type="structures.synonym").order_by("id")
    assert [act.action for act in acts] == ["synonym_added", "edited", "synonym_removed"]


def test_rules_are_found_by_code_or_word(cast: Cast):
    client = cast.client("chloe")
    page = text(client.get(url("legal_categories", cast), {"q": "9220"}))
    assert "9220" in page
    assert "5710" not in page
    assert "Aucune forme ne porte ce code" in text(
        client.get(url("legal_categories", cast), {"q": "zzz"})
    )
    assert "Aucune activité" in text(client.get(url("activities", cast), {"q": "zzz"}))


@pytest.fixture
def associations(cast: Cast):
    """Two associations by their form, one decided by an agent, all computed once."""
    made = [
        make_structure(f"Asso {n}", in_space=cast.space, legal_category="9220") for n in range(3)
    ]
    made[2].ess_override, made[2].ess_status = "confirmed", "confirmed"
    made[2].save()
    recompute_statuses(by=None, now=NOW)
    return made


def statuses(structures) -> list[str]:
    for structure in structures:
        structure.refresh_from_db()
    return [structure.ess_status for structure in structures]


def test_a_rule_shows_its_effect_then_takes_effect(cast: Cast, associations):
    assert statuses(associations) == ["presumed", "presumed", "confirmed"]
    client, address = cast.client("aicha"), url("legal_category", cast, "9220")
    asked = filled(client, address) | {"rule": "exclude"}
    page = text(client.post(address, asked))
    assert "2 structures : de « appartenance présumée » à « hors de l'ESS »" in page
    assert LegalCategory.objects.get(pk="9220").rule == "include"
    assert statuses(associations) == ["presumed", "presumed", "confirmed"]
    client.post(address, asked | {"confirm": "1"})
    assert LegalCategory.objects.get(pk="9220").rule == "exclude"
    [job] = drain()
    assert job.result == {"moved": 2}
    assert statuses(associations) == ["excluded", "excluded", "confirmed"]
    acts = JournalEntry.objects.filter(action="status_recomputed", by=cast.aicha)
    assert [act.changes for act in acts] == [{"ess_status": ["presumed", "excluded"]}] * 2


def test_a_rule_without_effect_says_so(cast: Cast):
    client, address = cast.client("aicha"), url("legal_category", cast, "9220")
    page = text(client.post(address, filled(client, address) | {"rule": "exclude"}))
    assert "Aucune structure ne changerait d'appartenance." in page


def test_an_activity_takes_structures_out(cast: Cast, associations):
    party = Structure.objects.filter(pk=associations[0].pk)
    party.update(activity_code="99.99Z", activity_nomenclature="NAFRev2")
    row = Activity.objects.create(nomenclature="NAFRev2", code="99.9", label="Essai")
    client, address = cast.client("aicha"), url("activity", cast, row.pk)
    asked = filled(client, address) | {"excluded": "on"}
    assert "1 structure : de « appartenance présumée »" in text(client.post(address, asked))
    client.post(address, asked | {"confirm": "1"})
    drain()
    assert statuses(associations) == ["excluded", "presumed", "confirmed"]


def test_recomputing_twice_changes_nothing_more(associations):
    before = JournalEntry.objects.count()
    assert recompute_statuses(by=None, now=NOW) == 0
    assert JournalEntry.objects.count() == before


def test_an_expired_approval_no_longer_counts(cast: Cast):
    company = make_structure(in_space=cast.space, legal_category="5710")
    label = make_label(company, make_term("label", "lab-esus"), valid_to=NOW.date())
    recompute_statuses(by=None, now=NOW)
    assert statuses([company]) == ["confirmed"]
    label.valid_to = NOW.date().replace(year=2020)
    label.save()
    recompute_statuses(by=None, now=NOW)
    assert statuses([company]) == ["excluded"]
