"""What a structure's people keep, on its public page and in what is taken away from it."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import vobject
from django.test import Client

from maillage.core.models import Upload
from maillage.directory.lib.hours_calendar import hours_calendar
from maillage.directory.lib.vcard import vcard
from maillage.directory.queries.sheet import structure_sheet
from tests.directory.test_leaks import PATHS, body
from tests.factories import (
    NOW,
    Crowd,
    make_establishment,
    make_membership,
    make_structure,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10 h in Paris
HOSTILE = 'L\'Atelier; "Été", \\N\r\nBEGIN:VCARD\r\nX:1 🚲 ' + "é" * 80


@pytest.fixture
def kept(space, publish):
    """A structure with some of everything."""
    one = make_structure("Le Fournil", slug="le-fournil", website="https://fournil.example")
    place = make_establishment(
        one, name="Boutique", opening_hours="Mo-Fr 09:00-12:00,14:00-18:00; PH off"
    )
    one.services.create(
        name="Atelier pain", description="<b>On pétrit</b>", fee="5 €", establishment=place
    )
    one.links.create(kind="social", url="https://mamot.fr/@fournil", label="Mastodon")
    one.links.create(kind="volunteer", url="https://fournil.example/benevolat")
    one.links.create(kind="job", url="https://fournil.example/emplois", label="Nos offres")
    one.links.create(kind="other", url="https://journal.example/fournil")
    one.teasers.create(kind="looking", text="un four", until=date(2026, 11, 30))
    one.teasers.create(kind="offering", text="annonce passée", until=date(2026, 11, 1))
    for number, state in enumerate(("clean", "quarantined")):
        upload = Upload.objects.create(
            path=f"files/photo{number}.webp",
            name="x.png",
            media_type="image/webp",
            size=2048,
            sha256="0",
            width=1600,
            height=900,
            state=state,
            at=NOW,
        )
        one.pictures.create(upload=upload, alt=f"Photo {number}", credit="Ana")
        one.documents.create(upload=upload, title=f"Document {number}")
    publish()
    return one


def sheet(space, slug="le-fournil", now=MONDAY, **options):
    return structure_sheet(space, slug, now=now, **options)


def test_the_page_shows_everything_that_is_kept(kept, space, reader):
    page = reader.get("structures/le-fournil/").content.decode()
    for words in ("Atelier pain", "5 €", "Mastodon", "Agir avec nous", "Devenir bénévole", "Nos offres", "journal.example"):  # fmt: skip
        assert words in page, words
    assert "&lt;b&gt;On pétrit&lt;/b&gt;" in page
    assert 'loading="lazy"' in page
    found = sheet(space)
    assert [(one.text, one.until) for one in found.kept.teasers] == [
        ("un four", date(2026, 11, 30))
    ]
    assert [one.alt for one in found.kept.pictures] == ["Photo 0"]
    assert [one.title for one in found.kept.documents] == ["Document 0"]
    assert [(one.label, one.what) for one in found.kept.acting] == [
        ("Devenir bénévole", ""),
        ("Nos offres", "Offres d'emploi"),
    ]


def test_the_hours_are_those_of_the_moment(kept, space):
    hours = sheet(space).places[0].hours
    assert (hours.sentence.replace("\u00a0", " "), hours.open_now) == (
        "Ouvert aujourd'hui de 9 h à 12 h et de 14 h à 18 h",
        True,
    )
    evening = sheet(space, now=MONDAY + timedelta(hours=10)).places[0].hours
    assert (evening.sentence.replace("\u00a0", " "), evening.open_now) == (
        "Fermé, ouvre demain à 9 h",
        False,
    )


def test_who_keeps_the_page_is_said_without_a_name(kept, space, publish):
    assert not sheet(space).by_its_people
    person = make_user(name="Nadia Secrète")
    member = make_membership(kept, person)
    found = sheet(space)
    assert found.by_its_people
    member.ended_at = NOW
    member.save()
    assert not sheet(space).by_its_people


def test_machines_read_hours_services_and_networks(kept, space):
    told = json.loads(sheet(space).json_ld)
    assert told["location"][0]["openingHoursSpecification"] == [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": opens, "closes": closes}
        for days in [["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]]
        for opens, closes in (("09:00", "12:00"), ("14:00", "18:00"))
    ]
    assert told["sameAs"] == ["https://fournil.example", "https://mamot.fr/@fournil"]
    services = told["makesOffer"]
    assert services[0]["itemOffered"]["name"] == "Atelier pain"
    assert re.fullmatch(r"https?://[^/]+/.*photo0\.webp", told["image"][0])


@pytest.mark.parametrize("count", [0, 8])
def test_a_page_costs_the_same_whatever_is_kept(
    kept, reader, publish, django_assert_num_queries, count
):
    for number in range(count):
        kept.services.create(name=f"Service {number}", establishment=kept.establishments.first())
        kept.links.create(kind="other", url=f"https://a.example/{number}")
    publish()
    reader.get("annuaire/")
    with django_assert_num_queries(18):
        reader.get("structures/le-fournil/")


def test_the_contact_card_opens_in_a_real_parser(kept, reader):
    kept.email, kept.phone = "pain@fournil.example", "01 02 03 04 05"
    kept.save()
    answer = reader.get("structures/le-fournil/contact.vcf")
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="le-fournil.vcf"'
    card = vobject.readOne(answer.content.decode())
    assert (card.fn.value, card.email.value, card.tel.value) == (
        "Le Fournil",
        "pain@fournil.example",
        "01 02 03 04 05",
    )
    assert (card.adr.value.street, card.adr.value.code) == ("1 rue de la République", "93100")
    assert card.url.value == "https://fournil.example"


def test_hostile_words_stay_inside_their_line(space, publish):
    one = make_structure(
        HOSTILE, slug="hostile", phone="01\r\nEND:VCARD", description="a;b,c\n🚲" * 40
    )
    make_establishment(one, address="1; rue, du \\ Port\nX:2", opening_hours="Mo 09:00-12:00")
    publish()
    found = sheet(space, "hostile")
    content = vcard(found)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCARD"
    assert lines[-2:] == ["END:VCARD", ""]
    assert [line for line in lines if line.startswith(("BEGIN", "END", "X:"))] == [
        "BEGIN:VCARD",
        "END:VCARD",
    ]
    cards = list(vobject.readComponents(content.decode()))
    assert len(cards) == 1
    assert cards[0].fn.value == HOSTILE.replace("\r\n", "\n")
    assert cards[0].adr.value.street == "1; rue, du \\ Port\nX:2"
    calendar = icalendar.Calendar.from_ical(hours_calendar(found, MONDAY))
    (event,) = calendar.walk("VEVENT")
    # The calendar library takes « \\N » for a line break of the text: it stays inside the value.
    assert str(event["summary"]).startswith('L\'Atelier; "Été", \n BEGIN:VCARD X:1 🚲')
    assert sorted(event) == ["DTEND", "DTSTAMP", "DTSTART", "LOCATION", "RRULE", "SUMMARY", "TRANSP", "UID", "URL"]  # fmt: skip
    assert "\n" not in str(event["location"])


def test_the_hours_open_in_a_real_calendar(kept, reader, space):
    answer = reader.get("structures/le-fournil/horaires.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(hours_calendar(sheet(space), MONDAY))
    events = calendar.walk("VEVENT")
    assert [(one["dtstart"].dt.isoformat(), one["dtend"].dt.isoformat()) for one in events] == [
        ("2026-11-23T09:00:00+01:00", "2026-11-23T12:00:00+01:00"),
        ("2026-11-23T14:00:00+01:00", "2026-11-23T18:00:00+01:00"),
    ]
    assert events[0]["rrule"].to_ical() == b"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    closed = {moment.dt.date().isoformat() for moment in events[0]["exdate"].dts}
    assert {"2026-12-25", "2027-01-01", "2027-05-06"} <= closed  # the last: Ascension Day
    assert "2026-12-24" not in closed
    assert len(calendar.walk("VTIMEZONE")) == 1


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Mo 22:00-02:00", ["2026-11-23T22:00:00+01:00"]),
        ("Mo 20:00-24:00", ["2026-11-23T20:00:00+01:00"]),
        ("Mo[-1] 10:00-12:00", ["2026-11-30T10:00:00+01:00"]),
        ('Mo "sur rendez-vous"', []),
        ("le matin", []),
    ],
)
def test_other_hours_in_a_calendar(space, publish, text, starts):
    one = make_structure("Autre", slug="autre")
    make_establishment(one, opening_hours=text)
    publish()
    calendar = icalendar.Calendar.from_ical(hours_calendar(sheet(space, "autre"), MONDAY))
    events = calendar.walk("VEVENT")
    assert [event["dtstart"].dt.isoformat() for event in events] == starts
    assert all(event["dtend"].dt > event["dtstart"].dt for event in events)


def test_what_does_not_exist_is_not_found(space, reader, publish):
    make_structure("Sans horaires", slug="sans-horaires", in_space=space)
    publish()
    assert reader.get("structures/sans-horaires/contact.vcf").status_code == 200
    assert reader.get("structures/sans-horaires/horaires.ics").status_code == 404
    assert reader.get("structures/rien/contact.vcf").status_code == 404


SECRETS = ("secret@prive.example", "06 99 88 77 66", "site-prive.example")


@pytest.fixture(params=["members", "agents"])
def shy(request, crowd: Crowd, publish):
    """A structure of the crowd that hides every contact."""
    one = crowd.structure
    one.email, one.phone, one.website = SECRETS[0], SECRETS[1], f"https://{SECRETS[2]}/"
    one.contact_visibility = dict.fromkeys(("email", "phone", "website"), request.param)
    one.provenance = {name: {"source": "membre", "by": 1} for name in ("email", "phone", "website")}
    one.save()
    one.establishments.update(opening_hours="Mo 09:00-12:00")
    publish()
    return one, request.param


def visible(client: Client, crowd: Crowd, slug: str) -> list[bool]:
    page = client.get(f"/{crowd.space.slug}/structures/{slug}/").content.decode()
    return [secret in page for secret in SECRETS]


def test_a_hidden_contact_is_seen_by_whom_it_is_for(shy, crowd: Crowd):
    one, level = shy
    members = level == "members"
    readers = {
        "": False,
        "denis": False,
        "bruno": False,
        "ines": False,
        "theo": members,
        "chloe": True,
    }
    for name, sees in readers.items():
        client = signed_in(getattr(crowd, name)) if name else Client()
        assert visible(client, crowd, one.slug) == [sees] * 3, name


def test_no_output_tells_a_hidden_contact(shy, crowd: Crowd):
    """Neither the public's nor what a member or an agent may take away and pass on."""
    one, _level = shy
    paths = [path for path in PATHS if not path.startswith("structures/")]
    page = f"structures/{one.slug}/"
    paths += [
        f"structures/id/{one.pk}/",
        f"{page}contact.vcf",
        f"{page}horaires.ics",
        "annuaire/?q=secret",
    ]
    for name in ("", "theo", "chloe"):
        client = signed_in(getattr(crowd, name)) if name else Client()
        for path in paths:
            answer = client.get(f"/{crowd.space.slug}/{path}")
            assert answer.status_code == 200, path
            assert not any(secret in body(answer) for secret in SECRETS), (path, name)
        book = client.get(f"/{crowd.space.slug}/annuaire/export.xlsx")
        with zipfile.ZipFile(io.BytesIO(b"".join(book.streaming_content))) as archive:
            text = "".join(archive.read(part).decode() for part in archive.namelist())
        assert not any(secret in text for secret in SECRETS), name


def test_machines_are_told_the_public_contacts_alone(shy, crowd: Crowd):
    one, _level = shy
    found = structure_sheet(crowd.space, one.slug, now=MONDAY, reader="agents")
    assert found.email == SECRETS[0]
    assert not any(secret in found.json_ld for secret in SECRETS)
    public = structure_sheet(crowd.space, one.slug, now=MONDAY)
    assert not {"Adresse e-mail", "adresse e-mail"} & {one.field_label for one in public.origins}
