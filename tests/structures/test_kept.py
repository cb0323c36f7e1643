"""What people keep about a structure: bounds, order, journal, merge and its undoing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from maillage.core import journal
from maillage.core.models import Upload
from maillage.structures.actions.kept import add_kept, edit_kept, move_kept, remove_kept
from maillage.structures.actions.merge import merge_structures, unmerge_structure
from maillage.structures.actions.save import save_establishment, update_structure
from maillage.structures.models import Membership, Structure
from maillage.structures.queries.disclosure import contacts_for
from maillage.structures.queries.kept import KINDS, kept_of, network_of
from tests.factories import NOW, Crowd, make_establishment, make_membership, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(crowd: Crowd) -> dict:
    """A member acts: no space."""
    return {"by": crowd.marc, "now": NOW}


@pytest.fixture
def structure(crowd: Crowd) -> Structure:
    return crowd.structure


def make_upload(name: str = "a") -> Upload:
    return Upload.objects.create(
        path=f"files/{name}.webp",
        name=f"{name}.png",
        media_type="image/webp",
        size=10,
        sha256="0",
        width=1600,
        height=900,
        state="clean",
        at=NOW,
    )


def last(structure: Structure) -> dict:
    return journal.history(structure)[0].changes


def test_adding_writes_the_journal_raises_the_clock_and_keeps_the_order(structure, who):
    before = journal.now_at("structures")
    first = add_kept(structure, "service", {"name": "Réparation"}, **who)
    second = add_kept(structure, "service", {"name": "Atelier", "fee": "gratuit"}, **who)
    assert [one.name for one in kept_of(structure).services] == ["Réparation", "Atelier"]
    assert (first.position, second.position) == (1, 2)
    assert journal.now_at("structures") == before + 2
    pair = last(structure)[f"service {second.pk}"]
    assert (pair[0], pair[1]["name"], pair[1]["fee"]) == (None, "Atelier", "gratuit")


def test_editing_tells_before_and_after_and_nothing_when_nothing_moved(structure, who):
    row = add_kept(structure, "teaser", {"kind": "looking", "text": "Des bras"}, **who)
    made = edit_kept(row, {"text": "Deux bras", "until": date(2026, 12, 31)}, **who)
    assert made == {"text": ["Des bras", "Deux bras"], "until": [None, "2026-12-31"]}
    assert last(structure) == {f"teaser {row.pk} {name}": pair for name, pair in made.items()}
    lines = len(journal.history(structure))
    assert edit_kept(row, {"text": "Deux bras"}, **who) == {}
    assert len(journal.history(structure)) == lines


def test_removing_keeps_the_words_in_the_journal(structure, who):
    row = add_kept(structure, "link", {"kind": "job", "url": "https://a.example/emploi"}, **who)
    key = row.pk
    remove_kept(row, **who)
    assert kept_of(structure).links == []
    pair = last(structure)[f"link {key}"]
    assert (pair[0]["url"], pair[1]) == ("https://a.example/emploi", None)


def test_moving_stops_at_the_ends(structure, who):
    rows = [add_kept(structure, "service", {"name": name}, **who) for name in "abc"]

    def names() -> str:
        return "".join(one.name for one in kept_of(structure).services)

    move_kept(rows[2], up=True, **who)
    assert names() == "acb"
    move_kept(rows[0], up=True, **who)
    move_kept(rows[1], up=False, **who)
    assert names() == "acb"
    move_kept(rows[0], up=False, **who)
    assert names() == "cab"


@pytest.mark.parametrize("code", ["service", "link", "teaser"])
def test_a_list_has_an_end(structure, who, code):
    kind = KINDS[code]
    for number in range(kind.most):
        kind.model.objects.create(
            structure=structure,
            **{
                "service": {"name": "n"},
                "link": {"kind": "other", "url": f"https://a.example/{number}"},
                "teaser": {"kind": "looking", "text": "t"},
            }[code],
        )
    fields = {"service": {"name": "de trop"}, "link": {"kind": "other", "url": "https://b.example"}}
    with pytest.raises(ValidationError, match=f"déjà {kind.most} {kind.several}"):
        add_kept(structure, code, fields.get(code, {"kind": "looking", "text": "de trop"}), **who)
    assert kind.model.objects.count() == kind.most


@pytest.mark.parametrize(
    ("code", "fields", "wrong"),
    [
        ("service", {"name": ""}, "name"),
        ("service", {"name": "x" * 151}, "name"),
        ("link", {"kind": "social", "url": "javascript:alert(1)"}, "url"),
        ("link", {"kind": "inconnu", "url": "https://a.example"}, "kind"),
        ("teaser", {"kind": "looking", "text": ""}, "text"),
    ],
)
def test_what_is_wrong_is_named_and_writes_nothing(structure, who, code, fields, wrong):
    with pytest.raises(ValidationError) as refusal:
        add_kept(structure, code, fields, **who)
    assert list(refusal.value.message_dict) == [wrong]
    assert journal.history(structure) == []


def test_a_picture_needs_words_for_who_does_not_see_it(structure, who):
    with pytest.raises(ValidationError) as refusal:
        add_kept(structure, "picture", {"upload": make_upload(), "alt": ""}, **who)
    assert list(refusal.value.message_dict) == ["alt"]


def test_a_service_is_at_a_place_of_its_own_structure(crowd, structure, who):
    elsewhere = crowd.other_structure.establishments.first()
    with pytest.raises(ValidationError, match="de cette structure"):
        add_kept(structure, "service", {"name": "Atelier", "establishment": elsewhere}, **who)


def test_fields_that_are_not_offered_are_a_programming_error(structure, who):
    with pytest.raises(KeyError):
        add_kept(structure, "service", {"name": "x", "structure_id": 1}, **who)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.facebook.com/asso", "Facebook"),
        ("https://fr-fr.facebook.com/asso", "Facebook"),
        ("https://mamot.fr/@asso", "Mastodon"),
        ("https://facebook.com.example/asso", ""),
        ("https://notfacebook.com/asso", ""),
        ("https://[", ""),
    ],
)
def test_networks_are_known_by_their_host(url, name):
    assert network_of(url) == name


def test_a_social_link_gets_its_name(structure, who):
    link = add_kept(structure, "link", {"kind": "social", "url": "https://x.com/a"}, **who)
    assert link.label == "X"
    named = {"kind": "social", "url": "https://x.com/b", "label": "Nous sur X"}
    assert add_kept(structure, "link", named, **who).label == "Nous sur X"


def test_past_teasers_are_left_out_of_what_the_public_sees(structure, who):
    for text, until in (
        ("hier", date(2026, 11, 21)),
        ("ce jour", date(2026, 11, 22)),
        ("sans fin", None),
    ):
        add_kept(structure, "teaser", {"kind": "looking", "text": text, "until": until}, **who)
    assert [one.text for one in kept_of(structure, on=date(2026, 11, 22)).teasers] == [
        "ce jour",
        "sans fin",
    ]
    assert len(kept_of(structure).teasers) == 3


def test_a_member_vouches_for_the_structure_and_cannot_touch_what_registers_say(structure, who):
    update_structure(structure, {"phone": "01 02 03 04 05"}, **who)
    assert structure.provenance["phone"]["source"] == "membre"
    for name in ("siren", "rna", "legal_category", "disclosure", "state", "in_ess_list"):
        with pytest.raises(KeyError):
            update_structure(structure, {name: ""}, **who)
    place = make_establishment(structure)
    for name in ("siret", "is_head_office"):
        with pytest.raises(KeyError):
            save_establishment(structure, {name: ""}, establishment=place, **who)


def test_visibility_is_one_field_per_contact(structure, who):
    made = update_structure(structure, {"email_visibility": "members"}, **who)
    assert made["email_visibility"] == ["public", "members"]
    assert structure.contact_visibility == {"email": "members"}
    with pytest.raises(ValidationError):
        update_structure(structure, {"email_visibility": "personne"}, **who)


def test_hours_that_nobody_can_read_are_refused(structure, who):
    place = make_establishment(structure)
    with pytest.raises(ValidationError, match="syntaxe"):
        save_establishment(structure, {"opening_hours": "lundi"}, establishment=place, **who)
    place.refresh_from_db()
    assert place.opening_hours == ""
    save_establishment(structure, {"opening_hours": "Mo 09:00-12:00"}, establishment=place, **who)
    assert last(structure) == {f"place {place.pk} opening_hours": ["", "Mo 09:00-12:00"]}


def test_hours_nobody_could_read_before_do_not_block_the_rest(structure, who):
    place = make_establishment(structure, opening_hours="le matin")
    save_establishment(structure, {"name": "Boutique"}, establishment=place, **who)
    assert place.opening_hours == "le matin"


def test_a_merge_carries_what_people_keep_and_can_be_undone(crowd: Crowd):
    winner, loser = crowd.structure, make_structure("Doublon", siren=None)
    make_membership(loser, crowd.theo)
    make_membership(loser, crowd.marc)  # already keeps the winner
    loser.services.create(name="Atelier")
    loser.teasers.create(kind="looking", text="Des bras")
    loser.links.create(kind="other", url="https://meme.example")
    loser.links.create(kind="other", url="https://autre.example")
    winner.links.create(kind="other", url="https://meme.example")
    upload = make_upload()
    loser.pictures.create(upload=upload, alt="Photo")
    loser.documents.create(upload=upload, title="Statuts")
    loser.email, loser.contact_visibility = "discret@test.example", {"email": "agents"}
    loser.save()
    who = {"by": crowd.chloe, "now": NOW, "space": crowd.space}

    def held(one: Structure) -> tuple:
        kept = kept_of(one)
        people = Membership.objects.filter(structure=one).order_by("user__email")
        return (
            [row.name for row in kept.services],
            [row.text for row in kept.teasers],
            sorted(row.url for row in kept.links),
            [row.alt for row in kept.pictures],
            [row.title for row in kept.documents],
            [row.user.email.partition("@")[0] for row in people],
        )

    before = held(winner), held(loser)
    merge_structures(loser, winner, **who)
    assert held(winner) == (
        ["Atelier"],
        ["Des bras"],
        ["https://autre.example", "https://meme.example"],
        ["Photo"],
        ["Statuts"],
        ["marc", "nadia", "theo"],
    )
    # The address is taken over, and stays hidden.
    assert (winner.email, contacts_for(winner).email) == ("discret@test.example", "")
    unmerge_structure(loser, **who)
    assert (held(winner), held(loser)) == before
