"""Keeping the needs: who may, what is refused, what is undone."""

import pytest
from django.urls import reverse

from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.observatory.forms.needs import NeedForm
from maillage.observatory.lib.catalogue import shipped
from maillage.observatory.lib.verdict import chances, level, sentence
from maillage.observatory.models import Need
from maillage.observatory.queries.needs import catalogue, need_of
from tests.factories import Cast, make_establishment, make_structure, make_term, tag

pytestmark = pytest.mark.django_db

SENT = {
    "label": "Bains-douches", "theme": "Solidarités", "question": "Où se laver ?", "description": "",
    "terms": ["sec-soc-04"], "activities": "96.04 8899b", "target": "", "reach": "2000",
}  # fmt: skip


def address(cast: Cast, name: str, *code: str) -> str:
    return reverse(f"needs:{name}", args=[cast.space.slug, *code])


def test_a_new_need_is_followed_and_written_in_the_journal(cast):
    before = journal.now_at("needs")
    answer = cast.client("aicha").post(address(cast, "new"), SENT)
    assert answer.status_code == 302
    sheet = need_of(cast.space, "bains-douches")
    assert (sheet.terms, sheet.activities, sheet.reach) == (
        ("sec-soc-04",),
        ("96.04", "8899B"),
        2000,
    )
    assert journal.now_at("needs") == before + 1
    line = JournalEntry.objects.get(action="need.saved")
    assert (line.by, line.changes["label"]) == (cast.aicha, [None, "Bains-douches"])
    assert need_of(cast.other_space, "bains-douches") is None
    cast.client("aicha").post(address(cast, "new"), SENT)
    assert need_of(cast.space, "bains-douches-2") is not None


def test_a_shipped_need_is_changed_here_only_and_comes_back(cast):
    client = cast.client("aicha")
    page = client.get(address(cast, "edit", "creche")).content.decode()
    assert 'value="Accueil des tout-petits"' in page
    client.post(address(cast, "edit", "creche"), SENT | {"label": "Crèches d'ici"})
    assert need_of(cast.space, "creche").label == "Crèches d'ici"
    assert need_of(cast.other_space, "creche").label == "Accueil des tout-petits"
    client.post(address(cast, "take_back", "creche"))
    assert need_of(cast.space, "creche") == next(s for s in shipped() if s.code == "creche")
    assert client.post(address(cast, "take_back", "creche")).status_code == 302


def test_a_need_put_aside_is_kept_as_it_was(cast):
    client = cast.client("aicha")
    client.post(address(cast, "new"), SENT)
    for code in ("sport", "bains-douches"):
        client.post(address(cast, "put_aside", code))
        assert need_of(cast.space, code) is None
    assert "Écarté" in client.get(address(cast, "list")).content.decode()
    for code in ("sport", "bains-douches"):
        client.post(address(cast, "take_back", code))
    assert need_of(cast.space, "sport").terms == ("sec-spo-01",)
    assert need_of(cast.space, "bains-douches").reach == 2000
    assert not Need.objects.filter(code="sport").exists()
    acts = set(JournalEntry.objects.values_list("action", flat=True))
    assert {"need.put_aside", "need.taken_back"} <= acts


def test_the_preview_counts_and_writes_nothing(cast):
    structure = make_structure("Les Bains")
    make_establishment(structure, municipality_code="93048")
    tag(structure, make_term("sector", "sec-soc-04"))
    answer = cast.client("aicha").post(address(cast, "new"), SENT | {"preview": "1"})
    text = answer.content.decode()
    assert "1 structure</h2>" in text
    assert "Les Bains" in text
    assert 'value="Bains-douches"' in text
    assert "secteur=sec-soc-04" in text
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"terms": [], "activities": ""}, "au moins un terme ou une activité"),
        ({"activities": "boulangerie"}, "pas le début d&#x27;un code NAF"),
        ({"activities": " ".join(f"{n:02}" for n in range(10, 40))}, "au plus"),
        ({"reach": "20"}, "100"),
        ({"reach": "500000"}, "50000"),
        ({"terms": ["sec-inconnu"]}, "sec-inconnu"),
        ({"label": "x" * 121}, "120"),
        ({"target": "licornes"}, "licornes"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed(cast, wrong, sentence):
    answer = cast.client("aicha").post(address(cast, "new"), SENT | wrong)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in text.replace("\u202f", "").replace("\xa0", "")
    assert "Où se laver ?" in text
    assert not Need.objects.exists()


def test_agents_read_and_only_administrators_keep(cast):
    assert (
        address(cast, "new") not in cast.client("chloe").get(address(cast, "list")).content.decode()
    )
    for name, code in (("new", ()), ("edit", ("creche",)), ("put_aside", ("creche",))):
        assert cast.client("chloe").post(address(cast, name, *code), SENT).status_code == 403
    assert cast.client("aicha").get(address(cast, "edit", "rien")).status_code == 404
    assert cast.client("aicha").post(address(cast, "put_aside", "rien")).status_code == 404


def test_a_term_no_longer_in_use_is_not_lost_when_the_sheet_is_written_again(cast):
    old = make_term("sector", "sec-vieux", "Vieux métier", ended_on="2020-01-01")
    Need.objects.create(
        space=cast.space, code="vieux", theme="T", label="V", question="?", terms=[old.code]
    )
    sheet = next(one for one in catalogue(cast.space) if one.code == "vieux")
    for kept, known in ((sheet, True), (None, False)):
        form = NeedForm(sheet=kept, taken=set(), themes=[])
        codes = {code for _axis, group in form.fields["terms"].choices for code, _label in group}
        assert (old.code in codes) is known


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("probability", "words", "said"),
    [
        (0.999, "plus de 19 chances sur 20", "lacking"), (0.94, "9 chances sur 10", "lacking"),
        (0.8, "8 chances sur 10", "lacking"), (0.799, "7 chances sur 10", "unclear"),
        (0.5, "5 chances sur 10", "unclear"), (0.201, "3 chances sur 10", "unclear"),
        (0.2, "2 chances sur 10", "served"), (0.06, "1 chance sur 10", "served"),
        (0.01, "moins de 1 chance sur 20", "served"),
    ],
)  # fmt: skip
def test_words_and_chances_agree(probability, words, said):
    assert chances(probability) == words
    assert level(probability) == said


@pytest.mark.one_engine
def test_what_cannot_be_compared_is_said_as_it_is():
    assert sentence(None, supply=0, expected=0.0).startswith("Aucune structure connue, ni ici")
    assert sentence(None, supply=2, expected=0.0).startswith("Seul lieu du territoire")
    assert sentence(None, supply=2, expected=None).startswith("Pas de comparaison possible")
    assert sentence(0.9, supply=0, expected=1.0, elsewhere="que dans Val").startswith(
        "Probablement moins d'offre que dans Val"
    )
    assert level(None) == "unknown"
