"""What awaits an agent, counted, and where each line leads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.core.models import JournalEntry
from maillage.portal.queries.dashboard import Awaiting, StateCounts, awaiting, state_counts
from maillage.sources.models import ImportRun, Match, Suggestion
from maillage.structures.actions.save import update_structure
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Claim
from tests.factories import Cast, make_establishment, make_label, make_structure, make_term
from tests.portal.pages import text, url

pytestmark = pytest.mark.django_db


def counted(cast: Cast) -> Awaiting:
    return awaiting(cast.space, now=timezone.now(), today=timezone.localdate())


def test_nothing_awaits_at_first(cast: Cast):
    assert counted(cast).total == 0
    page = text(cast.client("chloe").get(url("dashboard", cast)))
    assert "Rien n'attend" in page
    assert "commencez par Sirene" in page
    assert "Aucun agent n'a encore modifié cet espace." in page


def test_each_kind_is_counted_in_its_own_space(cast: Cast):
    now, today = timezone.now(), timezone.localdate()
    structure = make_structure("Ici", in_space=cast.space, ess_status=EssStatus.UNKNOWN)
    nowhere = make_structure("Sans point")
    make_establishment(nowhere, lon=None, lat=None)
    elsewhere = make_structure("Ailleurs", ess_status=EssStatus.UNKNOWN)
    make_establishment(elsewhere, municipality_code="93008", lon=None, lat=None)
    esus, siae = make_term("label", "lab-esus"), make_term("label", "lab-siae")
    make_label(structure, esus, valid_to=today - timedelta(days=1))
    make_label(structure, siae, valid_to=today + timedelta(days=60))
    make_label(nowhere, esus, valid_to=today + timedelta(days=61))
    make_label(elsewhere, esus, valid_to=today - timedelta(days=1))
    for space, status, age in (
        (cast.space, "failed", 1),
        (cast.space, "failed", 31),
        (cast.space, "applied", 1),
        (cast.other_space, "failed", 1),
    ):
        run = ImportRun.objects.create(
            space=space, connector="rna", status=status, created_at=now - timedelta(days=age)
        )
    for number, (space, decision) in enumerate(
        ((cast.space, "pending"), (cast.space, "later"), (cast.space, "same"))
    ):
        Match.objects.create(
            space=space,
            structure=structure,
            record={},
            score=0.8,
            fingerprint=str(number),
            decision=decision,
        )
    for about, status in ((structure, "pending"), (structure, "refused"), (elsewhere, "pending")):
        Suggestion.objects.create(
            run=run, structure=about, field="phone", source="rna", status=status
        )
    for about, state in ((structure, "open"), (nowhere, "refused"), (elsewhere, "open")):
        Claim.objects.create(structure=about, user=cast.denis, state=state, created_at=now)
    assert counted(cast) == Awaiting(
        contributions=0,
        claims=1,
        matches=2,
        suggestions=1,
        failed_imports=1,
        expired_labels=1,
        soon_expired_labels=1,
        without_point=1,
        unknown_status=1,
    )
    page = cast.client("chloe").get(url("dashboard", cast)).content.decode()
    for address in (
        f"{url('structures', cast)}?manque=point",
        f"{url('structures', cast)}?appartenance=unknown",
        f"{url('structures', cast)}?manque=label",
        "/val-de-bievre/gestion/imports/doublons/",
        "/val-de-bievre/gestion/imports/suggestions/",
    ):
        assert f'href="{address}"' in page


def test_states_are_counted_apart(cast: Cast):
    for state in (State.ACTIVE, State.ACTIVE, State.CEASED, State.ARCHIVED):
        make_structure(in_space=cast.space, state=state)
    assert state_counts(cast.space) == StateCounts(active=2, ceased=1, archived=1)


def test_the_last_acts_of_people_are_shown(cast: Cast):
    structure = make_structure("La Fabrique", in_space=cast.space)
    update_structure(
        structure, {"acronym": "LF"}, by=cast.aicha, now=timezone.now(), space=cast.space
    )
    JournalEntry.objects.create(
        at=timezone.now(), action="import.apply", subject_type="x", subject_id="1", space_id=1
    )
    page = text(cast.client("chloe").get(url("dashboard", cast)))
    assert "Modification : La Fabrique , Aïcha Benali, aujourd'hui" in page
    assert "Import appliqué" not in page


def test_the_menu_shows_settings_to_administrators_only(cast: Cast):
    agent = cast.client("chloe").get(url("dashboard", cast)).content.decode()
    administrator = cast.client("aicha").get(url("dashboard", cast)).content.decode()
    assert ("Réglages" in agent, "Réglages" in administrator) == (False, True)


def test_queries_do_not_grow(cast: Cast, django_assert_max_num_queries):
    client = cast.client("chloe")
    for number in range(3):
        one = make_structure(f"N° {number}", in_space=cast.space)
        update_structure(one, {"acronym": "N"}, by=cast.aicha, now=timezone.now(), space=cast.space)
        ImportRun.objects.create(space=cast.space, connector="rna", created_at=timezone.now())
        with django_assert_max_num_queries(31):
            client.get(url("dashboard", cast))
