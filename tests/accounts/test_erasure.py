"""An account that is erased is empty, out, and does not come back from a backup."""

import json
from datetime import timedelta

import pytest

from maillage.accounts.actions import (
    ErasureRefusedError,
    erase_account,
    open_account,
    reapply_erasures,
    reasons_to_stay,
    record_consent,
    withdraw_consent,
    write_erasures,
)
from maillage.accounts.lib import account_hash, email_hash
from maillage.accounts.models import Consent, Erasure, User
from maillage.core import journal
from maillage.core.models import JournalEntry, Letter
from maillage.core.signals import restored
from maillage.spaces.models import Role
from maillage.structures.models import Claim, Draft, Membership, MembershipInvitation
from tests.factories import NOW, Cast, make_role, make_structure, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def member(user: User, structure, kind="administrator") -> Membership:
    return Membership.objects.create(structure=structure, user=user, kind=kind, since=NOW)


def test_everything_personal_goes_and_the_line_stays_empty(cast: Cast):
    denis, structure = cast.denis, make_structure()
    member(denis, structure)
    Claim.objects.create(structure=structure, user=denis, proof="word", created_at=NOW)
    Draft.objects.create(structure=structure, user=denis, form="x", saved_at=NOW)
    MembershipInvitation.objects.create(
        structure=structure,
        email="Denis@test.example",
        kind="member",
        key_hash="x",
        invited_by=cast.aicha,
        created_at=NOW,
        expires_at=NOW,
    )
    for to, user in (("denis@test.example", denis), ("DENIS@test.example", None)):
        Letter.objects.create(
            kind="x", to=to, user=user, subject="Bonjour", created_at=NOW, status="sent"
        )
    record_consent("profile.public", "J'accepte.", user_id=denis.pk, now=NOW)
    journal.record("login", denis, by=denis, at=NOW)
    joined = denis.date_joined

    erase_account(denis, by=denis, now=NOW)

    assert (denis.email, denis.name, str(denis)) == (
        f"efface-{denis.pk}@compte.invalid",
        "",
        "Compte effacé",
    )
    assert (denis.is_active, denis.erased_at, denis.has_usable_password()) == (False, NOW, False)
    left = [Membership, Claim, Draft, MembershipInvitation, Letter, Consent]
    assert [model.objects.count() for model in left] == [0] * len(left)
    lines = JournalEntry.objects.filter(by=denis).order_by("id")
    assert list(lines.values_list("action", "changes")) == [("login", {}), ("account_erased", {})]
    assert Erasure.objects.get().person == account_hash(denis.pk, joined)


def test_sessions_die_at_once(cast: Cast, client):
    client.force_login(cast.denis)
    assert client.get("/compte/espaces/").status_code == 200

    erase_account(cast.denis, by=cast.denis, now=NOW)

    answer = client.get("/compte/espaces/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/compte/connexion/?next=/compte/espaces/",
    )


def test_erasing_twice_is_erasing_once(cast: Cast):
    erase_account(cast.denis, by=cast.denis, now=NOW)
    erase_account(cast.denis, by=cast.denis, now=NOW + timedelta(days=1))

    assert cast.denis.erased_at == NOW
    assert JournalEntry.objects.filter(action="account_erased").count() == 1


def test_the_last_administrator_hands_over_first(cast: Cast):
    structure = make_structure("La Fabrique")
    member(cast.aicha, structure)
    member(cast.denis, structure, "member")

    with pytest.raises(ErasureRefusedError) as refusal:
        erase_account(cast.aicha, by=cast.aicha, now=NOW)

    assert refusal.value.reasons == [
        "Vous êtes la dernière personne à administrer l'espace « Val de Bièvre » : nommez d'abord quelqu'un d'autre.",
        "Vous êtes la dernière personne à administrer la fiche « La Fabrique » : transmettez-la d'abord.",
    ]
    cast.aicha.refresh_from_db()
    assert (cast.aicha.email, cast.aicha.erased_at) == ("aicha@test.example", None)
    assert Membership.objects.count() == 2

    make_role(cast.space, cast.denis, Role.Kind.ADMINISTRATOR)
    Membership.objects.filter(user=cast.denis).update(kind="administrator")
    assert reasons_to_stay(cast.aicha) == []
    erase_account(cast.aicha, by=cast.aicha, now=NOW)
    assert cast.aicha.erased_at == NOW


def test_a_member_alone_in_a_structure_may_leave(cast: Cast):
    member(cast.denis, make_structure())
    assert reasons_to_stay(cast.denis) == []


def test_one_room_that_fails_keeps_the_whole_account(cast: Cast, monkeypatch):
    from maillage.core.room import PersonalData, Room, _rooms, register

    def fail(_user, _now):
        raise OSError("disk")

    monkeypatch.setitem(_rooms, "zz", Room(name="zz", label="Z"))
    register(
        Room(
            name="zz",
            label="Z",
            personal=(PersonalData(model="x.X", fields=("user",), label="X", erase=fail),),
        )
    )
    record_consent("x", "y", user_id=cast.denis.pk, now=NOW)
    with pytest.raises(OSError, match="disk"):
        erase_account(cast.denis, by=cast.denis, now=NOW)
    cast.denis.refresh_from_db()
    assert (cast.denis.email, Consent.objects.count(), Erasure.objects.count()) == (
        "denis@test.example",
        1,
        0,
    )


def test_a_restored_backup_does_not_bring_a_person_back(cast: Cast, own_folder):
    """The backup holds the account as it was, and knows nothing of the erasure; the file does."""
    denis = cast.denis
    before = {field: getattr(denis, field) for field in ("email", "name", "password", "is_active")}
    erase_account(denis, by=denis, now=NOW)
    write_erasures()
    User.objects.filter(pk=denis.pk).update(**before, erased_at=None)
    Erasure.objects.all().delete()

    restored.send(sender=None, now=NOW + timedelta(days=2))
    denis.refresh_from_db()
    assert (denis.email, denis.erased_at) == (
        f"efface-{denis.pk}@compte.invalid",
        NOW + timedelta(days=2),
    )
    assert reapply_erasures(now=NOW + timedelta(days=3)) == 0
    assert User.objects.filter(erased_at=None).count() == 4


def test_the_number_of_an_account_alone_is_not_the_account(cast: Cast):
    """Another person with the same number in another database is left alone."""
    old = account_hash(cast.denis.pk, cast.denis.date_joined - timedelta(days=1))
    assert reapply_erasures(now=NOW, more=[old]) == 0
    assert (
        reapply_erasures(now=NOW, more=[account_hash(cast.denis.pk, cast.denis.date_joined)]) == 1
    )


def test_the_file_only_grows(cast: Cast, own_folder):
    erase_account(cast.denis, by=cast.denis, now=NOW)
    write_erasures()
    Erasure.objects.all().delete()
    erase_account(cast.bruno, by=cast.bruno, now=NOW)
    write_erasures()

    lines = (own_folder / "effacements.jsonl").read_text().splitlines()
    assert {json.loads(line)["person"] for line in lines} == {
        account_hash(user.pk, user.date_joined) for user in (cast.denis, cast.bruno)
    }
    assert "denis" not in "".join(lines)


def test_the_address_is_free_again(cast: Cast):
    erase_account(cast.denis, by=cast.denis, now=NOW)
    again = open_account("denis@test.example", by=None, now=NOW)
    assert again.pk != cast.denis.pk


def test_a_consent_is_kept_once_per_wording():
    user = make_user()
    first = record_consent("p", "Oui.", user_id=user.pk, now=NOW)
    assert record_consent("p", "Oui.", user_id=user.pk, now=NOW + timedelta(days=1)) == first
    other = record_consent("p", "Oui, autrement.", user_id=user.pk, now=NOW + timedelta(days=2))
    first.refresh_from_db()
    assert (first.withdrawn_at, other.withdrawn_at) == (NOW + timedelta(days=2), None)
    assert withdraw_consent("p", user_id=user.pk, now=NOW + timedelta(days=3)) == 1
    assert withdraw_consent("p", user_id=user.pk, now=NOW + timedelta(days=3)) == 0


def test_an_address_without_account_leaves_only_its_hash():
    record_consent("p", "Oui.", email=" Ana@Test.example", space_id=3, now=NOW)
    kept = Consent.objects.get()
    assert (kept.user_id, kept.email_hash) == (None, email_hash("ana@test.example"))
    assert withdraw_consent("p", email="ana@test.example", now=NOW) == 0
    assert withdraw_consent("p", email="ANA@test.example", space_id=3, now=NOW) == 1


def test_a_consent_is_somebody_s():
    with pytest.raises(ValueError, match="somebody"):
        record_consent("p", "Oui.", now=NOW)
