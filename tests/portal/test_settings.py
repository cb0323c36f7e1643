"""Settings of a space: identity, look, people, perimeter."""

import re
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.accounts.models import User
from maillage.core.models import JournalEntry, Letter
from maillage.spaces.models import Role
from tests.factories import Cast, make_establishment, make_structure
from tests.portal.pages import filled, text, url

pytestmark = pytest.mark.django_db


def png(width: int = 40, height: int = 20) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        size, check = struct.pack(">I", len(body)), struct.pack(">I", zlib.crc32(kind + body))
        return size + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * (width + 1) * height))
        + chunk(b"IEND", b"")
    )


def test_identity_is_written_and_traced(cast: Cast):
    client, address = cast.client("aicha"), url("identity", cast)
    posted = filled(client, address) | {"tagline": "Un élan", "website": "bievre.example"}
    client.post(address, posted)
    cast.space.refresh_from_db()
    assert (cast.space.tagline, cast.space.website) == ("Un élan", "https://bievre.example")
    [act] = JournalEntry.objects.filter(action="space_updated")
    assert act.changes == {"tagline": ["", "Un élan"], "website": ["", "https://bievre.example"]}
    client.post(address, filled(client, address))
    assert JournalEntry.objects.filter(action="space_updated").count() == 1


def test_a_space_is_closed_to_the_public_and_opened_again(cast: Cast):
    client, address = cast.client("aicha"), url("identity", cast)
    posted = filled(client, address)
    posted.pop("is_public")
    client.post(address, posted)
    assert Client().get("/val-de-bievre/").status_code == 404
    assert cast.client("chloe").get("/val-de-bievre/").status_code == 200


def test_a_pale_colour_is_refused_and_a_good_one_offered(cast: Cast):
    client, address = cast.client("aicha"), url("look", cast)
    answer = client.post(address, {"color_main": "#FFD000", "color_ink": "#12343B"})
    page = text(answer)
    assert "La couleur la plus proche qui se lit bien" in page
    offered = re.search(r"Couleur principale (#[0-9A-F]{6})", page)[1]
    cast.space.refresh_from_db()
    assert cast.space.color_main == "#B4441F"
    answer = client.post(address, {"color_main": offered, "color_ink": "#12343B"})
    assert answer.status_code == 302
    cast.space.refresh_from_db()
    assert cast.space.color_main == offered


def send_logo(cast: Cast, content: bytes, name: str = "logo.png"):
    return cast.client("aicha").post(
        url("logo", cast), {"logo": SimpleUploadedFile(name, content)}, follow=True
    )


def test_a_logo_is_shown_then_replaced_then_removed(cast: Cast, django_capture_on_commit_callbacks):
    assert "Le logo est en place." in text(send_logo(cast, png(), "../../évasion.svg"))
    cast.space.refresh_from_db()
    first = cast.space.logo.path
    assert re.search(r"/logos/val-de-bievre-\d{14}\.png$", first)
    answer = Client().get(cast.space.logo_url)
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("image/png", png())
    assert cast.space.logo_url in Client().get("/val-de-bievre/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        cast.client("aicha").post(url("logo", cast), {"remove": "1"})
    cast.space.refresh_from_db()
    assert cast.space.logo_url == ""
    assert Client().get("/val-de-bievre/logo/").status_code == 404
    with pytest.raises(FileNotFoundError):
        open(first)  # noqa: PTH123, SIM115


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
            "n'est pas une image",
        ),
        (b"<!doctype html><script>alert(1)</script>", "n'est pas une image"),
        (b"\x89PNG\r\n\x1a\n", "n'est pas une image"),
        (png(2001, 10), "2 000 pixels"),
        (png() + b"\0" * 500_001, "500 ko"),
        (b"", "vide"),
    ],
)
def test_what_is_not_a_small_image_is_refused(cast: Cast, content, sentence):
    assert sentence in text(send_logo(cast, content))
    cast.space.refresh_from_db()
    assert not cast.space.logo


def invite(cast: Cast, **posted):
    given = {"email": "lea@test.example", "name": "Léa", "kind": "agent"} | posted
    return cast.client("aicha").post(url("invite", cast), given, follow=True)


def test_a_newcomer_is_invited_by_letter(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = text(invite(cast))
    assert "Un message est parti à lea@test.example" in page
    assert "lea@test.example agent" in page
    letter = Letter.objects.get()
    assert letter.to == "lea@test.example"
    assert "/compte/mot-de-passe/nouveau/" in letter.link
    assert not User.objects.get(email="lea@test.example").has_usable_password()


def test_inviting_someone_known_says_the_same(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = text(invite(cast, email="Bruno@test.example"))
    assert "Un message est parti à bruno@test.example" in page
    assert cast.space.roles.get(user=cast.bruno).kind == Role.Kind.AGENT
    assert Letter.objects.get().link.endswith("/compte/connexion/")


def test_a_wrong_address_invites_nobody(cast: Cast):
    assert "à revoir" in text(invite(cast, email="pas une adresse"))
    assert not Letter.objects.exists()


def test_a_role_changes_and_goes(cast: Cast):
    client = cast.client("aicha")
    role = cast.space.roles.get(user=cast.chloe)
    client.post(url("person", cast, role.pk), {"kind": "administrator"})
    role.refresh_from_db()
    assert role.kind == Role.Kind.ADMINISTRATOR
    page = text(client.post(url("person", cast, role.pk), {"remove": "1"}, follow=True))
    assert "Chloé Martin n'a plus accès à cet espace." in page
    assert cast.client("chloe").get(url("dashboard", cast)).status_code == 403


@pytest.mark.parametrize("posted", [{"remove": "1"}, {"kind": "agent"}])
def test_the_last_administrator_stays(cast: Cast, posted):
    role = cast.space.roles.get(user=cast.aicha)
    page = text(cast.client("aicha").post(url("person", cast, role.pk), posted, follow=True))
    assert "Aïcha Benali est la dernière personne à administrer cet espace" in page
    role.refresh_from_db()
    assert role.kind == Role.Kind.ADMINISTRATOR


def codes(cast: Cast) -> set[str]:
    current = cast.space.perimeter.filter(until__isnull=True)
    return set(current.values_list("municipality_code", flat=True))


@pytest.mark.parametrize("typed", ["93006", "Bagnolet", " bagnolet "])
def test_a_commune_comes_in_once_its_effect_is_told(cast: Cast, typed):
    make_establishment(make_structure("Là-bas"), municipality_code="93006")
    client = cast.client("aicha")
    page = text(client.post(url("perimeter", cast), {"add": "1", "commune": typed}))
    assert "Bagnolet (93006) entre dans le périmètre" in page
    assert "1 structure de l'installation apparaîtrait ici ; 0 n'y serait plus" in page
    assert codes(cast) == {"93048", "93055"}
    client.post(url("perimeter", cast), {"confirm": "1", "added": "93006"})
    assert codes(cast) == {"93048", "93055", "93006"}


def test_a_commune_of_another_space_is_for_the_host_to_share(cast: Cast):
    client = cast.client("aicha")
    page = text(
        client.post(url("perimeter", cast), {"confirm": "1", "added": "93008"}, follow=True)
    )
    assert "Bobigny fait déjà partie de l'espace « Plaine Sud »" in page
    assert codes(cast) == {"93048", "93055"}
    cast.aicha.is_staff = True
    cast.aicha.save(update_fields=["is_staff"])
    client.post(url("perimeter", cast), {"confirm": "1", "added": "93008"})
    assert codes(cast) == {"93048", "93055", "93008"}


def test_a_commune_goes_out_once_its_effect_is_told(cast: Cast):
    make_structure("Ici", in_space=cast.space)
    both = make_structure("Partout", in_space=cast.space)
    make_establishment(both, municipality_code="93055")
    client = cast.client("aicha")
    page = text(client.post(url("perimeter", cast), {"removed": "93048"}))
    assert "0 structure de l'installation apparaîtrait ici ; 1 n'y serait plus" in page
    client.post(url("perimeter", cast), {"confirm": "1", "removed": "93048"})
    assert codes(cast) == {"93055"}


def test_a_perimeter_is_never_emptied(cast: Cast):
    client = cast.client("aicha")
    gone = {"confirm": "1", "removed": ["93048", "93055"]}
    page = text(client.post(url("perimeter", cast), gone, follow=True))
    assert "le périmètre n'a pas été changé" in page
    assert codes(cast) == {"93048", "93055"}


@pytest.mark.parametrize("typed", ["Trifouilly", "99999", ""])
def test_an_unknown_commune_changes_nothing(cast: Cast, typed):
    page = text(cast.client("aicha").post(url("perimeter", cast), {"add": "1", "commune": typed}))
    assert "à revoir" in page
    assert codes(cast) == {"93048", "93055"}
