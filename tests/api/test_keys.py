"""Keys: made and shown once, worth what their maker may do, written in the journal, once a call."""

import json
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maillage.accounts.actions.erasure import erase_account
from maillage.api.actions.keys import create_key, hash_of, revoke_key
from maillage.api.models import ApiKey, KeptAnswer
from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.core.retention import retentions
from maillage.moderation.models import Contribution
from maillage.spaces.models import Role
from maillage.structures.models import Structure
from tests.api.test_gate import problem_of
from tests.factories import Cast, make_structure

pytestmark = pytest.mark.django_db
EVERY = ["corrections:write", "structures:write", "figures:write"]


@pytest.fixture
def structure(cast: Cast) -> Structure:
    one = make_structure("La Fabrique", in_space=cast.space, description="Avant")
    journal.tick("structures")
    return one


def make_key(cast: Cast, scopes=EVERY, *, by=None, days=30, space=None):
    now = timezone.now()
    return create_key(
        space or cast.space,
        name="Agenda de la ville",
        scopes=scopes,
        expires_on=timezone.localdate(now) + timedelta(days=days),
        by=by or cast.aicha,
        now=now,
    )


def send(secret: str, method: str, path: str, data, **headers):
    said = {"authorization": f"Bearer {secret}"} if secret else {}
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Client().generic(
        method, path, body, content_type="application/json", headers=said | headers
    )


def at(cast: Cast, rest: str) -> str:
    return f"/api/v1/spaces/{cast.space.slug}/{rest}"


def read(cast: Cast, structure: Structure) -> dict:
    return Client().get(at(cast, f"structures/{structure.pk}")).json()


class TestPages:
    def test_a_key_is_shown_once_and_only_its_print_is_kept(self, cast: Cast):
        client, base = cast.client("aicha"), f"/{cast.space.slug}/gestion/donnees-ouvertes/cles/"
        assert "Aucune clé" in client.get(base).content.decode()
        data = {"name": "Agenda", "scopes": ["corrections:write"]}
        until = timezone.localdate() + timedelta(days=90)
        answer = client.post(f"{base}nouvelle/", data | {"expires_on": until.isoformat()})
        secret = re.search(r'value="(mlg_[\w-]{40,})"', answer.content.decode())[1]
        assert "no-store" in answer["Cache-Control"]
        key = ApiKey.objects.get()
        assert (key.key_hash, key.prefix, key.by) == (hash_of(secret), secret[:12], cast.aicha)
        assert secret not in str(list(ApiKey.objects.values()))
        page = client.get(base).content.decode()
        assert secret not in page
        assert secret[:12] in page
        assert "jamais" in page
        client.post(f"{base}{key.pk}/revoquer/")
        key.refresh_from_db()
        assert key.revoked_at is not None
        assert [one.action for one in JournalEntry.objects.filter(subject_type="api.apikey").order_by("id")] == [
            "api_key_created", "api_key_revoked",
        ]  # fmt: skip
        assert secret not in str(list(JournalEntry.objects.values()))

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"scopes": ["tout"]}, "scopes"), ({"scopes": []}, "scopes"), ({"days": 0}, "expires_on"),
         ({"days": 367}, "expires_on")],
    )  # fmt: skip
    def test_a_form_that_asks_too_much_makes_no_key(self, cast: Cast, changes, field):
        data = {"name": "x", "scopes": EVERY, "days": 10} | changes
        data["expires_on"] = timezone.localdate() + timedelta(days=data.pop("days"))
        url = f"/{cast.space.slug}/gestion/donnees-ouvertes/cles/nouvelle/"
        answer = cast.client("aicha").post(url, data)
        assert field in answer.context["form"].errors
        assert not ApiKey.objects.exists()


class TestWorth:
    def test_what_is_not_a_key_is_refused(self, cast: Cast, structure: Structure):
        path, data = at(cast, "corrections"), {"structure": structure.pk, "message": "Fermé"}
        refused = problem_of(send("", "POST", path, data), 401)
        assert send("", "POST", path, data)["WWW-Authenticate"].startswith("Bearer")
        assert "Authorization" in refused["detail"]
        for secret in ("mlg_faux", "", "é", "x" * 5000):
            problem_of(send(secret or " ", "POST", path, data), 401)
        basic = Client().generic(
            "POST", path, json.dumps(data), headers={"authorization": "Basic YTpi"}
        )
        problem_of(basic, 401)

    def test_a_session_writes_nothing(self, cast: Cast, structure: Structure):
        client = cast.client("aicha")
        data = json.dumps({"structure": structure.pk, "message": "Fermé"})
        answer = client.post(at(cast, "corrections"), data, content_type="application/json")
        problem_of(answer, 401)
        assert not Contribution.objects.exists()

    def test_a_key_is_worth_what_its_maker_may_do_now(self, cast: Cast, structure: Structure):
        path, data = at(cast, "corrections"), {"structure": structure.pk, "message": "Fermé"}
        made = make_key(cast, by=cast.chloe)
        assert send(made.secret, "POST", path, data).status_code == 201
        Role.objects.filter(user=cast.chloe).delete()
        problem_of(send(made.secret, "POST", path, data), 403)
        second = make_key(cast)
        erase_account(cast.chloe, by=None, now=timezone.now())
        problem_of(send(made.secret, "POST", path, data), 401)
        assert send(second.secret, "POST", path, data).status_code == 201
        revoke_key(second.key, by=cast.aicha, now=timezone.now())
        problem_of(send(second.secret, "POST", path, data), 401)

    def test_an_old_key_a_foreign_key_and_one_too_narrow(self, cast: Cast, structure: Structure):
        path, data = at(cast, "corrections"), {"structure": structure.pk, "message": "Fermé"}
        old = make_key(cast)
        ApiKey.objects.update(expires_on=date(2026, 1, 1))
        problem_of(send(old.secret, "POST", path, data), 401)
        foreign = make_key(cast, by=cast.bruno, space=cast.other_space)
        problem_of(send(foreign.secret, "POST", path, data), 401)
        narrow = make_key(cast, ["structures:write"])
        said = problem_of(send(narrow.secret, "POST", path, data), 403)
        assert "corrections:write" in said["detail"]
        assert not Contribution.objects.exists()

    def test_a_key_does_not_read_more(self, cast: Cast, structure: Structure):
        Structure.objects.update(email="x@prive.example", contact_visibility={"email": "agents"})
        headers = {"authorization": f"Bearer {make_key(cast).secret}"}
        answer = Client().get(at(cast, "structures"), headers=headers)
        assert "prive" not in answer.content.decode()

    def test_attempts_are_counted(self, cast: Cast, structure: Structure):
        path = at(cast, "corrections")
        data = {"structure": structure.pk, "message": "Fermé"}
        codes = [send(f"mlg_{n}", "POST", path, data).status_code for n in range(22)]
        assert codes == [401] * 20 + [429] * 2
        answer = send("mlg_x", "POST", path, data)
        problem_of(answer, 429)
        assert answer["Retry-After"] == "600"


class TestStructures:
    def test_a_change_is_an_agent_s_with_its_source_and_its_journal(self, cast, structure):
        made = make_key(cast)
        row = read(cast, structure)
        data = {"updated_at": row["updated_at"], "description": "Après", "phone": "0102030405"}
        answer = send(made.secret, "PATCH", at(cast, f"structures/{structure.pk}"), data)
        assert answer.status_code == 200, answer.content
        assert answer.json()["description"] == "Après"
        structure.refresh_from_db()
        assert structure.provenance["description"]["by"] == cast.aicha.pk
        edit = JournalEntry.objects.get(action="edit")
        assert edit.by == cast.aicha
        assert edit.changes["description"] == ["Avant", "Après"]
        assert "Agenda de la ville" in edit.reason
        told = JournalEntry.objects.get(action="api_written")
        assert told.changes == {f"structure {structure.pk}": [None, ["description", "phone"]]}
        assert "Agenda de la ville" in told.reason
        made.key.refresh_from_db()
        assert made.key.used_at is not None
        assert read(cast, structure)["description"] == "Après"

    def test_two_writers_do_not_cross_in_silence(self, cast, structure):
        secret, path = make_key(cast).secret, at(cast, f"structures/{structure.pk}")
        row = read(cast, structure)
        assert (
            send(secret, "PATCH", path, {"updated_at": row["updated_at"], "name": "A"}).status_code
            == 200
        )
        said = problem_of(
            send(secret, "PATCH", path, {"updated_at": row["updated_at"], "name": "B"}), 409
        )
        assert said["errors"] == [{"field": "name", "message": "Vaut « A »."}]
        structure.refresh_from_db()
        assert structure.name == "A"

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            ({"name": "X"}, 422),
            ({"updated_at": "hier", "name": "X"}, 422),
            ({"updated_at": "2026-01-01T00:00:00", "name": "X"}, 422),
            ({"updated_at": "2026-99-01T00:00:00Z", "name": "X"}, 422),
            ({"siren": "123456789"}, 422),
            ({"email": "pas une adresse"}, 422),
            ({"name": "a\0b"}, 422),
            ({"name": "\ud800"}, 422),
            ({"name": ""}, 422),
            ({"description": "x" * 5001}, 422),
            ({"ess_override": "confirmed"}, 422),
            (b"{", 400),
            (b"\xff", 400),
            ([], 422),
        ],
    )
    def test_what_cannot_be_written_changes_nothing(self, cast, structure, data, status):
        secret = make_key(cast).secret
        if (isinstance(data, dict) and "name" not in data) or (
            isinstance(data, dict) and data.get("name") in {"a\0b", "\ud800", ""}
        ):
            data = {"updated_at": read(cast, structure)["updated_at"]} | data
        problem_of(send(secret, "PATCH", at(cast, f"structures/{structure.pk}"), data), status)
        structure.refresh_from_db()
        assert (structure.name, structure.siren) == ("La Fabrique", structure.siren)
        assert not JournalEntry.objects.filter(action__in=["edit", "api_written"]).exists()

    def test_a_structure_of_elsewhere_does_not_exist(self, cast):
        other = make_structure("Ailleurs", in_space=cast.other_space)
        other.establishments.update(municipality_code="93008")
        data = {"updated_at": "2026-01-01T00:00:00Z", "name": "X"}
        problem_of(
            send(make_key(cast).secret, "PATCH", at(cast, f"structures/{other.pk}"), data), 404
        )


class TestCorrections:
    def test_a_correction_waits_for_an_agent_even_from_an_agent(self, cast, structure):
        data = {"structure": structure.pk, "fields": {"description": "Après"}}
        answer = send(make_key(cast).secret, "POST", at(cast, "corrections"), data)
        assert (answer.status_code, answer.json()["state"]) == (201, "open")
        one = Contribution.objects.get()
        assert (one.fields, one.seen, one.contributor) == (
            {"description": "Après"}, {"description": "Avant"}, cast.aicha,
        )  # fmt: skip
        structure.refresh_from_db()
        assert structure.description == "Avant"
        assert JournalEntry.objects.filter(action="api_written").count() == 1

    def test_the_same_call_writes_once(self, cast, structure):
        secret, path = make_key(cast).secret, at(cast, "corrections")
        data = {"structure": structure.pk, "message": "Fermé"}
        first = send(secret, "POST", path, data, **{"idempotency-key": "abc"})
        again = send(secret, "POST", path, data, **{"idempotency-key": "abc"})
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert again["Idempotent-Replayed"] == "true"
        assert Contribution.objects.count() == KeptAnswer.objects.count() == 1
        other = data | {"message": "Ouvert"}
        problem_of(send(secret, "POST", path, other, **{"idempotency-key": "abc"}), 422)
        assert send(secret, "POST", path, data, **{"idempotency-key": "d"}).status_code == 201
        second = make_key(cast).secret
        assert send(second, "POST", path, data, **{"idempotency-key": "abc"}).status_code == 201
        assert Contribution.objects.count() == 3

    def test_a_call_that_failed_may_be_made_again(self, cast, structure):
        secret, path = make_key(cast).secret, at(cast, "corrections")
        wrong = {"structure": structure.pk}
        for _ in range(2):
            problem_of(send(secret, "POST", path, wrong, **{"idempotency-key": "abc"}), 422)
        right = wrong | {"message": "Fermé"}
        assert send(secret, "POST", path, right, **{"idempotency-key": "abc"}).status_code == 201

    @pytest.mark.parametrize(
        "data",
        [
            {"fields": {"key_hash": "x"}},
            {"fields": {"siren": "1"}},
            {"fields": {"phone": "abc"}},
            {"establishment": 2**70, "message": "x"},
            {"establishment": 999_999, "message": "x"},
            {"message": "x" * 4001},
        ],
    )
    def test_what_cannot_be_proposed(self, cast, structure, data):
        data = {"structure": structure.pk} | data
        problem_of(send(make_key(cast).secret, "POST", at(cast, "corrections"), data), 422)
        assert not Contribution.objects.exists()

    def test_a_structure_that_is_not_here(self, cast, structure):
        for number in (999_999, 2**70, -1):
            data = {"structure": number, "message": "x"}
            problem_of(send(make_key(cast).secret, "POST", at(cast, "corrections"), data), 404)


class TestFigures:
    SAID = {
        "indicator": "jobs",
        "place_kind": "department",
        "place_code": "93",
        "year": 2024,
        "value": 33200.5,
        "source": "CRESS Île-de-France",
        "perimeter": "Salariés au 31 décembre",
        "confidence": "published",
    }

    def test_a_figure_is_entered_as_an_agent_does(self, cast):
        secret, path = make_key(cast).secret, at(cast, "figures/sourced")
        answer = send(secret, "POST", path, self.SAID)
        assert answer.status_code == 201, answer.content
        shown = Client().get(path).json()["results"]
        assert shown == [answer.json()]
        assert (shown[0]["value"], shown[0]["place_label"]) == (33200.5, "Seine-Saint-Denis")
        acts = set(JournalEntry.objects.values_list("action", flat=True))
        assert {"figure_entered", "api_written"} <= acts
        assert "existe déjà" in problem_of(send(secret, "POST", path, self.SAID), 409)["detail"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"indicator": "bonheur"},
            {"place_code": "999"},
            {"year": 667525464305640960},
            {"year": 1200},
            {"value": -1},
            {"value": "NaN"},
            {"value": 1e300},
            {"confidence": "sûre"},
            {"source_url": "javascript:alert(1)"},
            {"source": "\0"},
            {"published_on": "hier"},
        ],
    )
    def test_what_is_no_figure(self, cast, changes):
        answer = send(
            make_key(cast).secret, "POST", at(cast, "figures/sourced"), self.SAID | changes
        )
        problem_of(answer, 422)
        assert Client().get(at(cast, "figures/sourced")).json()["count"] == 0


def test_kept_answers_go_after_a_day_whoever_writes(cast: Cast):
    key = make_key(cast).key
    for days in (0, 2):
        at = timezone.now() - timedelta(days=days)
        KeptAnswer.objects.create(
            key=key, token_hash=str(days), request_hash="", status=201, created_at=at
        )
    assert retentions()["api.answers"].purge(timezone.now()) == 1
    assert [one.token_hash for one in KeptAnswer.objects.all()] == ["0"]
