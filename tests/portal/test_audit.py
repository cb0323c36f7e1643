"""The journal on screen and as a file, for the host and for the administrators of a space."""

import csv
import io
from datetime import timedelta

import pytest

from maillage.core import journal, origin
from maillage.core.models import JournalEntry
from maillage.portal.queries.audit import PAGE
from tests.factories import NOW, Crowd, make_structure
from tests.portal.pages import text

pytestmark = pytest.mark.django_db
HOST = "/journal/"
SPACE = "/val-de-bievre/gestion/journal/"


@pytest.fixture
def acts(crowd: Crowd) -> Crowd:
    """Four acts: an agent's, a member's for their structure, another space's, an import's."""
    name = {"name": ["La Ressourcerie", "=1+1"]}
    origin.enter(origin.Origin(network="192.0.2.0/24"))
    journal.record(
        "edit", crowd.structure, by=crowd.chloe, at=NOW, changes=name, space_id=crowd.space.pk
    )
    origin.enter(origin.Origin(network="198.51.100.0/24", acting_for=crowd.structure.pk))
    later = NOW + timedelta(days=2)
    journal.record("confirm", crowd.structure, by=crowd.marc, at=later, space_id=crowd.space.pk)
    origin.enter(origin.Origin())
    other = make_structure("Ailleurs", in_space=crowd.other_space)
    journal.record(
        "archive", other, by=crowd.bruno, at=NOW, reason="Doublon", space_id=crowd.other_space.pk
    )
    journal.record("import", crowd.structure, by=None, at=NOW, run_id=12, space_id=crowd.space.pk)
    return crowd


def lines(crowd: Crowd, url: str, person: str = "host") -> list[str]:
    """What each line shows of the act, the newest first."""
    found = crowd.client(person).get(url).context["found"]
    return [line.entry.action for line in found.lines]


ALL = ["confirm", "import", "archive", "edit"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ALL),
        ("?qui=chlo", ["edit"]),
        ("?qui=marc@test", ["confirm"]),
        ("?qui=personne-de-ce-nom", []),
        ("?geste=archive", ["archive"]),
        ("?objet=structures.structure", ALL),
        ("?objet=spaces.space", []),
        ("?structure=ressourc", ["confirm"]),
        ("?espace=plaine-sud", ["archive"]),
        ("?reseau=192.0.2.0/24", ["edit"]),
        ("?du=2026-11-23", ["confirm"]),
        ("?au=2026-11-22", ["import", "archive", "edit"]),
        ("?du=2026-11-22&au=2026-11-22&espace=val-de-bievre", ["import", "edit"]),
        ("?page=2", []),
        ("?page=9999999999999999999", ALL),
        ("?page=-1", ALL),
    ],
)
def test_the_host_searches(query, found, acts: Crowd):
    assert sorted(lines(acts, HOST + query)) == sorted(found)


def test_an_object_by_its_number(acts: Crowd):
    found = lines(acts, f"{HOST}?objet=structures.structure&numero={acts.structure.pk}")
    assert found == ["confirm", "import", "edit"]


def test_a_line_says_who_for_whom_what_and_from_where(acts: Crowd):
    page = text(acts.client("host").get(HOST))
    assert "Marc Lefort au nom de La Ressourcerie espace Val de Bièvre Vérification" in page
    assert "198.51.100.0/24" in page
    assert "Nom : La Ressourcerie → =1+1" in page
    assert "Motif : Doublon" in page
    assert "un import" in page


def test_a_question_that_cannot_be_read_is_told_and_kept(acts: Crowd):
    answer = acts.client("host").get(f"{HOST}?du=2026-11-23&au=2026-11-22&qui=chlo")
    page = answer.content.decode()
    assert "La fin ne peut précéder le début." in page
    assert 'value="chlo"' in page
    assert answer.context["found"] is None
    assert acts.client("host").get(f"{HOST}?geste=inventé").context["found"] is None
    assert acts.client("host").get(f"{HOST}?qui={'x' * 200}").context["found"] is None


def test_an_administrator_reads_their_space_and_no_network(acts: Crowd):
    assert sorted(lines(acts, SPACE, "aicha")) == ["confirm", "edit", "import"]
    page = acts.client("aicha").get(SPACE).content.decode()
    assert "192.0.2.0" not in page
    assert "Ailleurs" not in page
    # What only the host may ask is not read.
    for asked in ("?espace=plaine-sud", "?reseau=192.0.2.0/24"):
        assert sorted(lines(acts, SPACE + asked, "aicha")) == ["confirm", "edit", "import"]
    assert acts.client("chloe").get(SPACE).status_code == 403
    assert acts.client("aicha").get(HOST).status_code == 403


def csv_of(answer) -> list[dict[str, str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def test_the_whole_answer_as_a_file_is_noted(acts: Crowd):
    answer = acts.client("host").post(HOST, {"espace": "val-de-bievre"})
    assert answer["Content-Disposition"].startswith('attachment; filename="journal-')
    rows = csv_of(answer)
    noted = JournalEntry.objects.get(action="journal_exported")
    assert (noted.by, noted.subject_id) == (acts.host, str(acts.host.pk))
    assert sorted(row["Nom du geste"] for row in rows) == ["confirm", "edit", "import"]
    edit = next(row for row in rows if row["Nom du geste"] == "edit")
    assert edit["Changements"] == "nom : La Ressourcerie → =1+1"
    assert edit["Réseau d'origine"] == "192.0.2.0/24"
    assert edit["Quand"].startswith("2026-11-22 10:30")


def test_the_file_of_a_space_stays_in_it(acts: Crowd):
    rows = csv_of(acts.client("aicha").post(SPACE, {"espace": "plaine-sud"}))
    acts_of_the_space = {"confirm", "edit", "import", "journal_exported"}
    assert {row["Nom du geste"] for row in rows} == acts_of_the_space
    assert "Réseau d'origine" not in rows[0]
    noted = JournalEntry.objects.get(action="journal_exported")
    assert (noted.by, noted.space_id) == (acts.aicha, acts.space.pk)


def test_reading_is_not_noted_and_a_bad_question_gives_no_file(acts: Crowd):
    client = acts.client("host")
    client.get(HOST)
    answer = client.post(HOST, {"du": "hier"})
    assert "Saisissez une date valide" in answer.content.decode()
    assert not JournalEntry.objects.filter(action="journal_exported").exists()


def test_pages_and_queries_do_not_grow(acts: Crowd, django_assert_max_num_queries):
    client = acts.client("host")
    for number in range(PAGE + 5):
        journal.record("edit", acts.structure, by=acts.chloe, at=NOW + timedelta(seconds=number))
    client.get(HOST)
    with django_assert_max_num_queries(12):
        first = client.get(HOST)
    second = client.get(f"{HOST}?page=2")
    assert (len(first.context["found"].lines), first.context["found"].has_next) == (PAGE, True)
    assert (len(second.context["found"].lines), second.context["found"].has_next) == (9, False)
    assert "Plus récentes" in text(second)


def test_an_empty_journal_teaches(crowd: Crowd):
    assert "Il ne se corrige pas." in text(crowd.client("host").get(HOST))
