"""An import is read, planned, applied once, taken back; nothing is written before it is applied."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from maillage.core.models import Clock, JournalEntry
from maillage.sources.actions.runs import RunRefusedError, apply_run, create_run, plan_run, undo_run
from maillage.sources.connectors.base import (
    Issue,
    Item,
    LabelRecord,
    Outside,
    ReadContext,
    SourceError,
    SourceRecord,
)
from maillage.sources.models import ImportRun, Match, Suggestion
from maillage.structures.models import Establishment, Structure
from tests.factories import (
    NOW,
    make_establishment,
    make_siren,
    make_space,
    make_structure,
    make_user,
)
from tests.sources.pipeline import Stream, dump, imported, place, plan, record

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def counts(run: ImportRun) -> dict[str, int]:
    keys = (
        "created",
        "updated",
        "unchanged",
        "suggested",
        "refused",
        "outside",
        "establishments_created",
        "doubtful",
    )
    return {key: run.counts[key] for key in keys if run.counts[key]}


def test_dry_run_writes_nothing_to_the_directory() -> None:
    space = make_space()
    run = plan(
        space,
        record(siren="732829320"),
        Issue("cle", "Clé fausse.", line=3),
        Outside(4, "autre commune"),
    )
    assert counts(run) == {"created": 1, "refused": 1, "outside": 4, "establishments_created": 1}
    assert run.status == ImportRun.Status.PLANNED
    assert run.counts["outside_reasons"] == {"autre commune": 4}
    assert [(issue.line, issue.message) for issue in run.issues.all()] == [(3, "Clé fausse.")]
    assert Structure.objects.count() == Establishment.objects.count() == 0
    assert not Clock.objects.filter(name="structures").exists()


def test_apply_creates_structure_place_terms_and_labels_with_provenance() -> None:
    space = make_space()
    run = imported(
        space,
        record(
            siren="732829320",
            fields={"legal_category": "9220", "created_on": "1999-04-02"},
            terms=("sec-ree",),
            main_sector="sec-ree",
            labels=[LabelRecord("lab-esus", valid_to="2029-01-31", proof="arrêté du 31/01/2024")],
        ),
        key="sirene",
        said_on=date(2026, 11, 1),
    )
    structure = Structure.objects.get()
    assert (structure.slug, structure.name, structure.siren) == (
        "la-recyclerie",
        "La Recyclerie",
        "732829320",
    )
    assert structure.created_on == date(1999, 4, 2)
    assert (structure.family, structure.ess_status) == ("association", "confirmed")
    assert structure.ess_reason == "Agréée ESUS."
    assert structure.provenance["name"] == {
        "source": "sirene", "date": "2026-11-01", "run": run.pk, "at": NOW.isoformat(),
    }  # fmt: skip
    assert list(structure.structure_terms.values_list("term__code", "is_main")) == [
        ("sec-ree", True)
    ]
    label = structure.labels.get()
    assert (label.term.code, label.valid_to, label.source) == (
        "lab-esus",
        date(2029, 1, 31),
        "sirene",
    )
    assert structure.establishments.get().address == "12 rue de Paris"
    entry = JournalEntry.objects.get(subject_type="structures.structure")
    assert (entry.action, entry.subject_id, entry.run_id) == ("import", str(structure.pk), run.pk)


def test_same_source_twice_changes_nothing() -> None:
    space = make_space()
    rows = [
        record(siren="732829320", siret="73282932000074", labels=["lab-esus"], terms=("sec-ali",)),
        record("Collectif Sans Nom"),
    ]
    imported(space, *rows, said_on=date(2026, 11, 1))
    before = dump(space)
    again = imported(space, *rows, said_on=date(2026, 11, 1), now=LATER)
    assert counts(again) == {"unchanged": 2}
    assert dump(space) == before
    assert not again.changes.exclude(operations=[]).exists()


def test_newer_source_with_equal_values_refreshes_dates_only() -> None:
    space = make_space()
    imported(space, record(siren="732829320", labels=["lab-esus"]), said_on=date(2026, 10, 1))
    again = imported(
        space, record(siren="732829320", labels=["lab-esus"]), said_on=date(2026, 11, 1), now=LATER
    )
    assert counts(again) == {"unchanged": 1}
    owner = Structure.objects.get().provenance["name"]
    assert (owner["date"], owner["run"], owner["at"]) == ("2026-11-01", again.pk, LATER.isoformat())


def test_undo_restores_what_was_before_byte_for_byte() -> None:
    space = make_space()
    imported(
        space,
        record(siren="732829320", fields={"website": "https://avant.example"}, labels=["lab-esus"]),
        said_on=date(2026, 1, 1),
    )
    before = dump(space)
    run = imported(
        space,
        record(
            "La Grande Recyclerie",
            siren="732829320",
            fields={"website": "https://apres.example"},
            labels=["lab-esus", "lab-scic"],
            terms=("sec-ree",),
            main_sector="sec-ree",
            places=(place(), place(code="93055", address="1 quai de l'Ourcq")),
        ),
        record("Nouvelle venue", siren="552100554"),
        said_on=date(2026, 11, 1),
        now=LATER,
    )
    assert counts(run) == {"created": 1, "updated": 1, "establishments_created": 2}
    outcome = undo_run(run, by=None, now=LATER)
    run.refresh_from_db()
    assert run.status == ImportRun.Status.UNDONE
    assert outcome.skipped == []
    assert dump(space) == before


def test_undone_import_can_be_done_again_with_the_same_addresses() -> None:
    space = make_space()
    run = imported(space, record(siren="732829320"))
    done = [{**row, "provenance": None, "places": len(row["places"])} for row in dump(space)]
    undo_run(run, by=None, now=LATER)
    assert dump(space) == []
    imported(space, record(siren="732829320"), now=LATER)
    assert [
        {**row, "provenance": None, "places": len(row["places"])} for row in dump(space)
    ] == done


def test_undo_leaves_what_a_person_changed_since() -> None:
    space = make_space()
    known = make_structure(
        "Ancien nom", in_space=space, provenance={"name": {"source": "table", "date": ""}}
    )
    run = imported(space, record("Nouveau nom", siren=known.siren, fields={"phone": "0102030405"}))
    Structure.objects.filter(pk=known.pk).update(name="Nom corrigé par l'agent")
    outcome = undo_run(run, by=None, now=LATER)
    known.refresh_from_db()
    assert (known.name, known.phone) == ("Nom corrigé par l'agent", "")
    assert [operation["field"] for _, operation in outcome.skipped] == ["name"]


def test_undo_keeps_a_created_structure_that_someone_worked_on() -> None:
    space = make_space()
    run = imported(space, record(siren="732829320"))
    created = Structure.objects.get()
    JournalEntry.objects.create(
        at=LATER, action="edit", subject_type="structures.structure", subject_id=str(created.pk)
    )
    outcome = undo_run(run, by=None, now=LATER)
    assert Structure.objects.get() == created
    assert [operation["op"] for _, operation in outcome.skipped] == ["structure"]


def test_a_confirmed_value_gets_a_suggestion_once_and_is_never_overwritten() -> None:
    space = make_space()
    agent = make_user()
    known = make_structure(
        "Nom confirmé",
        in_space=space,
        ess_status="unknown",
        ess_reason="Forme juridique non renseignée.",
        provenance={"name": {"source": "agent", "by": agent.pk, "at": NOW.isoformat()}},
    )
    row = record("Nom du registre", siren=known.siren, places=())
    first = imported(space, row)
    again = imported(space, row, now=LATER)
    known.refresh_from_db()
    assert known.name == "Nom confirmé"
    assert counts(first) == {"suggested": 1}
    assert counts(again) == {"unchanged": 1}
    assert list(Suggestion.objects.values_list("field", "current", "proposed")) == [
        ("name", "Nom confirmé", "Nom du registre")
    ]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("sirene", "table", "Un"),
        ("table", "sirene", "Deux"),
        ("sirene", "sirene", "Deux"),
        ("sirene", "entreprises", "Deux"),
    ],
)
def test_the_stronger_source_wins_and_the_newer_of_equals(
    first: str, second: str, kept: str
) -> None:
    space = make_space()
    imported(space, record("Un", siren="732829320"), key=first, said_on=date(2026, 1, 1))
    run = imported(
        space, record("Deux", siren="732829320"), key=second, said_on=date(2026, 2, 1), now=LATER
    )
    assert Structure.objects.get().name == kept
    notes = run.changes.get().notes
    assert [note["note"] for note in notes] == (["keep"] if kept == "Un" else [])


def test_an_older_file_of_the_same_source_does_not_go_back_in_time() -> None:
    space = make_space()
    imported(space, record("Récent", siren="732829320"), said_on=date(2026, 6, 1))
    imported(space, record("Vieux", siren="732829320"), said_on=date(2026, 1, 1), now=LATER)
    assert Structure.objects.get().name == "Récent"


def test_a_source_empties_only_its_own_values() -> None:
    space = make_space()
    imported(space, record(siren="732829320", fields={"website": "https://un.example"}), key="siae")
    imported(space, record(siren="732829320", fields={"website": ""}), key="table", now=LATER)
    assert Structure.objects.get().website == "https://un.example"
    imported(space, record(siren="732829320", fields={"website": ""}), key="siae", now=LATER)
    assert Structure.objects.get().website == ""


def test_terms_a_source_no_longer_gives_are_taken_back_and_others_stay() -> None:
    space = make_space()
    imported(space, record(siren="732829320", terms=("sec-ali", "sec-ree")), key="table")
    imported(space, record(siren="732829320", terms=("sec-cul",)), key="siae")
    imported(space, record(siren="732829320", terms=("sec-ali",)), key="table", now=LATER)
    codes = Structure.objects.get().structure_terms.values_list("term__code", flat=True)
    assert sorted(codes) == ["sec-ali", "sec-cul"]


def test_apply_twice_is_refused_and_undo_before_apply_too() -> None:
    space = make_space()
    run = plan(space, record(siren="732829320"))
    with pytest.raises(RunRefusedError, match="n'est pas appliqué"):
        undo_run(run, by=None, now=NOW)
    apply_run(run, now=NOW)
    with pytest.raises(RunRefusedError, match="déjà été appliqué"):
        apply_run(run, now=NOW)
    assert Structure.objects.count() == 1


def test_what_moved_since_the_dry_run_is_skipped_and_counted() -> None:
    space = make_space()
    known = make_structure("Avant", in_space=space)
    run = plan(space, record("Après", siren=known.siren, fields={"phone": "0102030405"}))
    Structure.objects.filter(pk=known.pk).update(name="Changé entre-temps")
    apply_run(run, now=NOW)
    known.refresh_from_db()
    assert (known.name, known.phone) == ("Changé entre-temps", "0102030405")
    assert run.counts["skipped"] == 1


def test_an_unreadable_source_fails_with_its_sentence() -> None:
    class Broken(Stream):
        def read(self, context: object):
            yield record(siren="732829320")
            raise SourceError("Le fichier est coupé à la ligne 12.")

    space = make_space()
    run = create_run(space, "table", files={}, options={}, by=None, now=NOW)
    with pytest.raises(SourceError, match="coupé"):
        plan_run(run, Broken([]), now=NOW)
    run.refresh_from_db()
    assert (run.status, run.error) == (
        ImportRun.Status.FAILED,
        "Le fichier est coupé à la ligne 12.",
    )
    assert not Structure.objects.exists()


def test_outside_records_are_counted_by_reason() -> None:
    space = make_space()
    run = plan(
        space,
        record(siren="732829320", places=(place(code="75120"),)),
        record(siren="552100554", places=()),
        record(siren="542107651", fields={"state": "ceased"}),
        SourceRecord(siren="652014051", establishments=(place(),), line=9),
    )
    assert run.counts["outside_reasons"] == {
        "hors du périmètre": 1,
        "inconnue de l'annuaire et sans adresse": 1,
        "fermée ou cessée, et inconnue de l'annuaire": 1,
    }
    assert list(run.issues.values_list("line", "code")) == [(9, "sans_nom")]


def test_rows_of_one_structure_are_joined_whatever_their_order() -> None:
    space = make_space()
    siren = make_siren()
    run = imported(
        space,
        record("Baluchon", siren=siren, places=(place(siret=siren + "00018"),)),
        record("Autre", siren="552100554"),
        record(
            "Baluchon",
            siren=siren,
            places=(place(siret=siren + "00026", address="3 rue Neuve"),),
            labels=["lab-siae-ei"],
        ),
    )
    assert counts(run) == {"created": 2, "establishments_created": 3}
    assert Structure.objects.get(siren=siren).establishments.count() == 2


def test_a_structure_of_two_spaces_exists_once() -> None:
    space, other = (
        make_space("un", communes=("93048",)),
        make_space("deux", communes=("93048", "93055")),
    )
    imported(space, record(siren="732829320"))
    run = imported(other, record(siren="732829320"), now=LATER)
    assert counts(run) == {"unchanged": 1}
    assert Structure.objects.in_space(space).get() == Structure.objects.in_space(other).get()


def test_a_closed_establishment_of_a_known_structure_is_closed() -> None:
    space = make_space()
    known = make_structure(in_space=space)
    siret = known.establishments.get().siret
    closed = place(siret=siret, state="ceased", closed_on="2026-10-31")
    imported(space, record(known.name, siren=known.siren, places=(closed,)), key="sirene")
    assert (known.establishments.get().state, known.establishments.get().closed_on) == (
        "ceased",
        date(2026, 10, 31),
    )


def test_planning_takes_a_bounded_number_of_queries(django_assert_max_num_queries: object) -> None:
    space = make_space()
    for number in range(30):
        make_establishment(make_structure(f"Connue {number}"), municipality_code="93048")
    rows = [record(f"Connue {s.name} bis", siren=s.siren) for s in Structure.objects.all()]
    with django_assert_max_num_queries(30):
        plan(space, *rows)


def test_doubts_are_kept_aside_and_asked_once() -> None:
    space = make_space()
    known = make_structure("Les Jardins du Canal", siren=None)
    make_establishment(known, municipality_code="93048", address="4 rue du Canal")
    row = record("Jardin du canal", places=(place(address="9 avenue Gabriel Péri"),))
    run = imported(space, row)
    assert counts(run) == {"doubtful": 1}
    assert Structure.objects.count() == 1
    match = Match.objects.get()
    assert match.structure == known
    assert match.reasons[1:] == ["même commune", "adresse différente"]
    imported(space, row, now=LATER)
    assert Match.objects.count() == 1


def test_two_dry_runs_of_the_same_structure_cannot_both_create_it() -> None:
    space = make_space()
    first, second = (plan(space, record(siren="732829320")) for _ in range(2))
    apply_run(first, now=NOW)
    with pytest.raises(RunRefusedError, match="a changé depuis l'essai à blanc"):
        apply_run(second, now=LATER)
    assert Structure.objects.count() == 1
    assert second.status == ImportRun.Status.PLANNED


def test_counts_by_family_and_commune_are_those_of_the_source_in_the_territory() -> None:
    space = make_space()
    run = plan(
        space,
        record("Une asso", siren="732829320", fields={"legal_category": "9220"}),
        record(
            "Une SCOP",
            siren="552100554",
            fields={"legal_category": "5458"},
            places=(
                place(),
                place(address="9 rue Neuve"),
                place(code="93055"),
                place(code="75120"),
                place(code="93055", address="2 rue Vide", state="ceased"),
            ),
        ),
        record("Sans forme", siren="542107651", places=(place(code="93055"),)),
    )
    assert run.counts["families"] == {"association": 1, "cooperative": 1, "": 1}
    assert run.counts["communes"] == {"93048": 2, "93055": 2}


class Asleep(Stream):
    """A reader whose process sleeps in the middle, while `meanwhile` happens."""

    def __init__(self, items: list, meanwhile: Callable[[], object], ending: str = "") -> None:
        super().__init__(items)
        self.meanwhile, self.ending = meanwhile, ending

    def read(self, context: ReadContext) -> Iterator[Item]:
        yield from self.items
        self.meanwhile()
        if self.ending:
            raise SourceError(self.ending)


@pytest.mark.parametrize("ending", ["", "Ce fichier est coupé."])
def test_a_reader_that_wakes_up_late_leaves_the_applied_run_alone(ending: str) -> None:
    space = make_space()
    rows = [record("La Recyclerie", siren="732829320")]
    run = create_run(space, "table", files={}, options={}, by=None, now=NOW)

    def read_and_applied_by_another_process() -> None:
        other = ImportRun.objects.get(pk=run.pk)
        plan_run(other, Stream(rows), now=NOW)
        apply_run(other, now=NOW)

    with pytest.raises(SourceError if ending else RunRefusedError):
        plan_run(run, Asleep(rows, read_and_applied_by_another_process, ending), now=LATER)
    run.refresh_from_db()
    assert (run.status, run.changes.count(), run.error) == (ImportRun.Status.APPLIED, 1, "")
    undo_run(run, by=None, now=LATER)
    assert Structure.objects.count() == 0


def test_a_run_that_was_read_is_not_read_again() -> None:
    run = imported(make_space(), record(siren="732829320"))
    with pytest.raises(RunRefusedError, match="déjà été lu"):
        plan_run(run, Stream([]), now=LATER)
    run.refresh_from_db()
    assert run.status == ImportRun.Status.APPLIED
