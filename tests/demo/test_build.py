"""The demonstration itself: whole, believable, repeatable, and never beside real data."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import stdnum.fr.siren
import stdnum.fr.siret
from django.contrib.auth import authenticate
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core import search
from maillage.core.models import JournalEntry, Letter
from maillage.demo.actions import build_demo
from maillage.demo.actions.build import DEFAULT_SIZE
from maillage.demo.actions.imports import IMPORTED
from maillage.demo.lib.calls import JURORS
from maillage.demo.lib.cast import PASSWORD, PEOPLE, SPACES
from maillage.demo.lib.numbers import is_demonstration_siren
from maillage.observatory.models import SavedReport
from maillage.observatory.queries.reports import saved_report
from maillage.sources.models import ImportRun, Match, Suggestion
from maillage.spaces.models import Role, Space
from maillage.structures.enums import Family
from maillage.structures.models import (
    Claim,
    Establishment,
    Label,
    Membership,
    Structure,
    StructureTerm,
)
from maillage.territories.queries import Places, find_territory
from tests.demo.awkward_cases import AWKWARD
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_the_four_spaces_have_the_communes_of_the_law(demo: None) -> None:
    perimeters = {
        space.slug: set(space.perimeter.values_list("municipality_code", flat=True))
        for space in Space.objects.all()
    }
    assert {slug: len(codes) for slug, codes in perimeters.items()} == {
        "paris-20e": 1,
        "est-ensemble": 9,
        "terres-d-envol": 8,
        "hauts-de-seine": 36,
    }
    for wanted in SPACES:
        assert perimeters[wanted.slug] == find_territory(wanted.territory).codes
    assert all(Space.objects.values_list("is_demo", flat=True))
    assert Space.objects.get(slug="est-ensemble").siren == "200057875"


def test_everything_invented_says_so(demo: None) -> None:
    structures = Structure.objects.all()
    assert structures.count() == DEFAULT_SIZE == structures.filter(is_demo=True).count()
    sirens = [siren for siren in structures.values_list("siren", flat=True) if siren]
    assert len(sirens) > 1400
    assert all(
        is_demonstration_siren(siren) and stdnum.fr.siren.is_valid(siren) for siren in sirens
    )
    sirets = Establishment.objects.exclude(siret=None).values_list("siret", "structure__siren")
    assert all(
        siret.startswith(siren) and stdnum.fr.siret.is_valid(siret) for siret, siren in sirets
    )
    for rna in structures.exclude(rna=None).values_list("rna", flat=True):
        assert re.fullmatch(r"W999\d{6}", rna)
    for website, email in structures.values_list("website", "email"):
        assert not website or re.fullmatch(r"https://www\.[a-z0-9-]+\.example/", website)
        assert not email or re.fullmatch(r"contact@[a-z0-9-]+\.example", email)


def test_people_can_sign_in_and_the_agent_administers_everything(demo: None) -> None:
    silent = User.objects.exclude(email__in=[one.email for one in PEOPLE])
    assert [one.has_usable_password() for one in silent] == [False] * len(JURORS)
    for person in PEOPLE:
        user = authenticate(None, username=person.email, email=person.email, password=PASSWORD)
        assert user is not None, person.email
        assert user.is_demo
        assert not user.is_staff
        assert user.emailaddress_set.filter(verified=True, primary=True).count() == 1
    roles = set(Role.objects.values_list("space__slug", "user__email", "kind"))
    agent = "agent@demo.maillage.example"
    there = "hauts-de-seine"
    assert roles == {(space.slug, agent, "administrator") for space in SPACES} | {
        (there, "jury@demo.maillage.example", "juror"),
        (there, "partenaire@demo.maillage.example", "partner"),
        *((there, one.email, "juror") for one in silent),
    }


@pytest.mark.parametrize(
    ("family", "low", "high"),
    [
        (Family.ASSOCIATION, 0.82, 0.92),
        (Family.COOPERATIVE, 0.03, 0.08),
        (Family.FOUNDATION, 0.01, 0.05),
        (Family.MUTUAL, 0.005, 0.03),
        (Family.COMMERCIAL, 0.005, 0.03),
        ("", 0.005, 0.03),
    ],
)
def test_families_are_in_believable_shares(
    demo: None, family: str, low: float, high: float
) -> None:
    share = Structure.objects.filter(family=family).count() / DEFAULT_SIZE
    assert low < share < high


def test_activities_and_employers_are_in_believable_shares(demo: None) -> None:
    activities = Counter(Structure.objects.values_list("activity_code", flat=True))
    assert 0.35 < activities["94.99Z"] / DEFAULT_SIZE < 0.5
    assert 0.09 < activities["93.12Z"] / DEFAULT_SIZE < 0.18
    assert 0.05 < activities["90.01Z"] / DEFAULT_SIZE < 0.12
    employers = Structure.objects.filter(is_employer=True).count()
    assert 0.18 < employers / DEFAULT_SIZE < 0.35
    small = Structure.objects.filter(size_band__in=("01", "02")).count()
    assert 0.45 < small / employers < 0.7


def test_every_sector_and_every_commune_has_someone(demo: None) -> None:
    roots = StructureTerm.objects.filter(is_main=True).values_list("term__parent__code", flat=True)
    assert len(set(roots)) == 18
    served = set(Establishment.objects.values_list("municipality_code", flat=True))
    wanted = set().union(*(find_territory(space.territory).codes for space in SPACES))
    assert len(wanted - served) <= 1  # Marnes-la-Coquette has 1 752 inhabitants


def test_each_space_has_a_directory_worth_opening(demo: None) -> None:
    counts = {
        space.slug: Structure.objects.published().in_space(space).count()
        for space in Space.objects.all()
    }
    assert all(count > 230 for count in counts.values()), counts
    assert counts["est-ensemble"] > counts["terres-d-envol"]


def test_points_are_in_the_commune_they_say(demo: None) -> None:
    rows = list(
        Establishment.objects.filter(lon__isnull=False).values_list(
            "lon", "lat", "municipality_code"
        )
    )
    located = Places.of({code for *_, code in rows}).municipality_codes(
        [(lon, lat) for lon, lat, _ in rows]
    )
    wrong = sum(found != code for found, (*_, code) in zip(located, rows, strict=True))
    assert wrong <= len(rows) * 0.005


def test_texts_have_no_leftover_and_no_twin(demo: None) -> None:
    names = list(Structure.objects.values_list("name", flat=True))
    assert len({name.lower() for name in names}) == len(names)
    shown = Structure.objects.unmerged()  # a merged page gave its text to the other one
    texts = [text for text in shown.values_list("description", flat=True) if text]
    assert 0.7 < len(texts) / DEFAULT_SIZE < 0.9
    assert len(set(texts)) == len(texts)
    for text in (*names, *texts):
        assert not re.search(r"[{}]|None|\bde le\b|\bde les\b|\bà le\b|\bà les\b|  ", text), text
    for text in texts:
        assert text[0].isupper(), text
        assert text.endswith("."), text


@pytest.mark.parametrize(
    ("typed", "communes"),
    [
        ("ressourcerie pantin", {"93055"}),
        ("crèche parentale Montreuil", {"93048"}),
        ("épicerie solidaire", set()),
        ("epicerie solidere", set()),
        ("aide alimentair", set()),
        ("AMAP", set()),
        ("SCIC", set()),
    ],
)
def test_the_searches_that_pages_give_as_examples_find_something(
    demo: None, typed: str, communes: set[str]
) -> None:
    east = Structure.objects.published().in_space(Space.objects.get(slug="est-ensemble"))
    found = east.filter(pk__in=search.search("structures", typed).ids)
    assert found.exists()
    if communes:
        assert found.filter(establishments__municipality_code__in=communes).exists()


@pytest.mark.parametrize("case", AWKWARD)
def test_every_awkward_case_is_there(demo: None, case: str) -> None:
    assert Structure.objects.filter(**AWKWARD[case]).exists()


def test_long_and_shouted_names_are_there(demo: None) -> None:
    names = Structure.objects.values_list("name", flat=True)
    assert max(len(name) for name in names) > 200
    assert any(name.isupper() and len(name) > 30 for name in names)


def test_labels_run_out_before_and_after_today(demo: None) -> None:
    esus = Label.objects.filter(term__code="lab-esus")
    today = timezone.localdate(NOW)
    assert esus.filter(valid_to__lt=today).exists()
    assert esus.filter(valid_to__range=(today, today + timedelta(days=40))).exists()
    assert esus.filter(valid_to__gt=today + timedelta(days=300)).exists()


def test_a_scic_has_eight_establishments_and_some_live_in_two_spaces(demo: None) -> None:
    places = Counter(Establishment.objects.values_list("structure_id", flat=True))
    scic = Structure.objects.get(pk=next(pk for pk, count in places.items() if count == 8))
    assert Label.objects.filter(structure=scic, term__code="lab-scic").exists()
    paris, est = (Space.objects.get(slug=slug) for slug in ("paris-20e", "est-ensemble"))
    both = Structure.objects.published().in_space(paris).in_space(est)
    assert both.count() >= 5
    assert both.filter(establishments__name="Atelier de Montreuil").count() == 1


def test_a_second_run_keeps_everything(demo: None) -> None:
    before = _print()
    built = build_demo(by=None, now=NOW + timedelta(hours=3))
    assert not built.fresh
    assert built.structures == DEFAULT_SIZE
    assert _print() == before


def _print() -> tuple:
    tables = (Structure, Establishment, Label, StructureTerm, Space, User, JournalEntry)
    return tuple(
        (model.objects.count(), model.objects.order_by("pk").last().pk) for model in tables
    )


def test_the_history_went_through_the_real_actions(demo: None) -> None:
    actions = Counter(JournalEntry.objects.values_list("action", flat=True))
    assert actions["merge"] == 2
    assert actions["archive"] == actions["cease"] == actions["override_ess"] == 1
    assert actions["space_created"] == 4
    assert actions["edit"] > 20
    assert actions["confirm"] > 5
    gone = Structure.objects.get(merged_into__isnull=False)
    assert gone.merged_into.former_slugs.count() == 1
    assert not JournalEntry.objects.filter(at__gt=NOW).exists()
    assert not Structure.objects.filter(updated_at__gt=NOW).exists()
    assert not Structure.objects.filter(created_at__gt=NOW).exists()


def test_past_imports_went_through_the_pipeline(demo: None) -> None:
    runs = {run.space.slug: run for run in ImportRun.objects.select_related("space", "by")}
    statuses = {slug: run.status for slug, run in runs.items()}
    assert statuses == {
        "terres-d-envol": "undone",
        "hauts-de-seine": "failed",
        "est-ensemble": "applied",
        "paris-20e": "planned",
    }
    counts = runs["est-ensemble"].counts
    assert counts["created"] == IMPORTED
    assert (counts["updated"], counts["suggested"], counts["doubtful"]) == (2, 2, 3)
    assert (counts["refused"], counts["outside"]) == (2, 1)
    assert "page web" in runs["hauts-de-seine"].error
    assert all(run.by.email == "agent@demo.maillage.example" for run in runs.values())
    assert all(run.created_at <= NOW for run in runs.values())


def test_doubts_and_suggestions_wait_for_a_person(demo: None) -> None:
    assert (
        list(Match.objects.values_list("decision", "space__slug"))
        == [("pending", "est-ensemble")] * 3
    )
    waiting = Suggestion.objects.values_list("field", "status", "structure__is_demo")
    assert list(waiting) == [("phone", "pending", True)] * 2


def test_pages_are_kept_and_claims_wait(demo: None) -> None:
    memberships = Membership.objects.filter(user__email__startswith="membre@").order_by("kind")
    assert [(one.kind, one.proof) for one in memberships] == [
        ("administrator", "official"),
        ("administrator", "official"),
        ("member", "invite"),
    ]
    claims = Claim.objects.order_by("state", "proof").values_list("state", "proof")
    assert list(claims) == [
        ("accepted", "official"),
        ("accepted", "official"),
        ("open", "code"),
        ("open", "official"),
        ("open", "word"),
        ("open", "word"),
        ("proving", "code"),
        ("refused", "word"),
    ]
    assert not Letter.objects.filter(status=Letter.Status.WAITING).exists()


def test_an_agent_keeps_a_report_that_prints(demo: None) -> None:
    kept = SavedReport.objects.get()
    report = saved_report(kept, now=NOW)
    assert kept.space.slug == "est-ensemble"
    assert {"figures", "gaps", "declared", "method"} <= {part.code for part in report.sections}
