"""The newsletter: who agreed, what an issue holds, and that each address gets it once."""

import re
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Consent
from maillage.core import schedule
from maillage.core.jobs import drain
from maillage.core.models import JournalEntry, Letter
from maillage.notices.actions import issues as actions
from maillage.notices.actions.forget import forget_subscriptions
from maillage.notices.actions.issues import new_issue, schedule_issue, send_issues
from maillage.notices.lib.keys import newsletter_key
from maillage.notices.models import Issue, IssueDelivery, Subscription
from maillage.notices.queries.issues import reading, subscribers
from maillage.structures.actions.archive import mark_ceased
from maillage.structures.models import Teaser
from tests.core.letters.post_office import PostOffice, post_office
from tests.factories import Cast, make_structure

pytestmark = pytest.mark.django_db
PUBLIC = "/val-de-bievre/lettre/"
DESK = "/val-de-bievre/gestion/lettre/"
ASK = {"email": "lea@test.example", "agree": "on"}


@pytest.fixture
def office(settings) -> PostOffice:
    with post_office(settings) as opened:
        yield opened


def subscribe(space, count: int = 1, **fields: object) -> list[Subscription]:
    now = timezone.now()
    given = {"confirmed_at": now, "asked_at": now, "expires_at": now} | fields
    return Subscription.objects.bulk_create(
        Subscription(space=space, email=f"s{n}@test.example", key_hash=f"{n}", **given)
        for n in range(count)
    )


def link_in(letter) -> str:
    [found] = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", next(letter.iter_parts()).get_content())
    return found


# Asking


def test_nothing_is_sent_before_the_address_confirmed(cast: Cast, office) -> None:
    page = Client().post(PUBLIC, ASK).content.decode()
    assert "Regardez votre boîte" in page
    drain()
    [letter] = office.messages
    assert letter["Subject"] == "Confirmez votre abonnement à la lettre d'information Val de Bièvre"
    assert subscribers(cast.space).count() == 0
    link, visitor = link_in(letter), Client()
    assert "J&#x27;accepte de recevoir" in visitor.get(link).content.decode()
    assert subscribers(cast.space).count() == 0  # a scanner followed the link: nothing happens
    assert "Vous êtes abonné" in visitor.post(link).content.decode()
    assert subscribers(cast.space).get().email == "lea@test.example"
    consent = Consent.objects.get()
    assert (consent.purpose, consent.space_id, consent.withdrawn_at) == (
        "notices.newsletter", cast.space.pk, None,
    )  # fmt: skip
    assert "lettre d'information de l'espace Val de Bièvre" in consent.wording
    assert "Vous êtes abonné" in visitor.get(link).content.decode()  # twice is no error


def test_the_key_is_not_kept(cast: Cast, office) -> None:
    Client().post(PUBLIC, ASK)
    drain()
    key = link_in(office.messages[0]).rstrip("/").rsplit("/", 1)[1]
    assert key not in str(list(Subscription.objects.values()) + list(Letter.objects.values()))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "pas une adresse", "agree": "on"}, "valide"),
        ({"email": "a@test.example"}, "Cochez"),
    ],
)
def test_bad_input_is_told_and_kept(cast: Cast, given: dict, said: str) -> None:
    page = Client().post(PUBLIC, given).content.decode()
    assert said in page
    assert given["email"] in page
    assert Subscription.objects.count() == 0


def test_the_answer_is_the_same_whoever_is_known(cast: Cast) -> None:
    subscribe(cast.space)
    answers = {
        re.sub(
            r'value="\w{64}"', "", Client().post(PUBLIC, ASK | {"email": email}).content.decode()
        )
        for email in ("s0@test.example", "inconnue@test.example", "S0@test.example")
    }
    assert len(answers) == 1
    assert list(Letter.objects.values_list("to", flat=True)) == ["inconnue@test.example"]


def test_one_address_gets_one_confirmation_an_hour(cast: Cast) -> None:
    for _ in range(3):
        Client().post(PUBLIC, ASK)
    assert Letter.objects.count() == 1
    Subscription.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    Client().post(PUBLIC, ASK)
    assert (Letter.objects.count(), Subscription.objects.count()) == (2, 1)


def test_one_place_does_not_ask_for_thousands(cast: Cast) -> None:
    for n in range(12):
        page = Client().post(PUBLIC, ASK | {"email": f"p{n}@test.example"}).content.decode()
    assert "Trop de demandes" in page
    assert Subscription.objects.count() == 10


def test_a_key_has_an_end_and_belongs_to_its_space(cast: Cast, office) -> None:
    Client().post(PUBLIC, ASK)
    drain()
    link = link_in(office.messages[0])
    assert Client().get(link.replace("val-de-bievre", "plaine-sud")).status_code == 404
    Subscription.objects.update(expires_at=timezone.now())
    assert Client().post(link).status_code == 404
    assert forget_subscriptions(timezone.now()) == 1


def test_stopping_takes_one_click_and_no_sign_in(cast: Cast) -> None:
    [one] = subscribe(cast.space)
    url = f"{PUBLIC}arreter/{newsletter_key(one.pk)}/"
    visitor = Client(enforce_csrf_checks=True)
    assert "Voulez-vous ne plus recevoir" in visitor.get(url).content.decode()
    answer = visitor.post(url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert subscribers(cast.space).count() == 0
    assert visitor.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert visitor.get(f"{PUBLIC}arreter/{newsletter_key(one.pk)}x/").status_code == 404


# Preparing


@pytest.fixture
def issue(cast: Cast) -> Issue:
    made = make_structure("La Fabrique", in_space=cast.space, description="Un lieu où l'on répare.")
    Teaser.objects.create(structure=made, kind="offer", text="Prête une remorque")
    closed = make_structure("L'Ancienne", in_space=cast.space)
    mark_ceased(closed, on=timezone.localdate(), reason="x", by=cast.chloe, now=timezone.now(),
                space=cast.space)  # fmt: skip
    make_structure("Ailleurs", in_space=cast.other_space).establishments.update(
        municipality_code="93008"
    )
    return new_issue(cast.space, by=cast.chloe, now=timezone.now())


def items_of(issue: Issue) -> list[tuple[str, str, bool]]:
    return [(item.kind, item.title, item.is_kept) for item in issue.items.all()]


def posted(cast: Cast, issue: Issue, **changes: str) -> dict[str, str]:
    context = cast.client("chloe").get(f"{DESK}{issue.pk}/").context
    forms = [context["form"], context["items"].management_form, *context["items"].forms]
    given = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                value = "on"
            if value not in {None, False}:
                given[field.html_name] = str(value)
    return given | changes


def test_an_issue_gathers_what_happened_in_the_space(issue: Issue) -> None:
    assert items_of(issue) == [
        ("new", "La Fabrique", True),
        ("teaser", "La Fabrique", True),
        ("closed", "L'Ancienne", False),
    ]


def test_the_agent_picks_orders_and_writes(cast: Cast, issue: Issue) -> None:
    new, teaser, closed = issue.items.all()
    given = posted(cast, issue, title="Novembre", introduction="Bonjour,\n\n<b>à tous</b>")
    given |= {"items-1-position": "9", "items-2-is_kept": "on", "act": "preview"}
    given.pop("items-0-is_kept")
    answer = cast.client("chloe").post(f"{DESK}{issue.pk}/", given)
    assert answer["Location"] == f"{DESK}{issue.pk}/apercu/"
    shown = cast.client("chloe").get(answer["Location"]).content.decode()
    assert "&lt;b&gt;à tous&lt;/b&gt;" in shown
    issue.refresh_from_db()
    sections = [(title, [line.title for line in lines]) for title, lines in reading(issue).sections]
    assert sections == [
        ("On cherche, on propose", ["La Fabrique"]),
        ("Fins d'activité", ["L'Ancienne"]),
    ]
    assert (new.pk, teaser.pk, closed.pk) == tuple(
        issue.items.order_by("id").values_list("pk", flat=True)
    )
    assert JournalEntry.objects.filter(action="issue_saved", by=cast.chloe).count() == 1


def test_two_agents_who_cross_lose_nothing(cast: Cast, issue: Issue) -> None:
    mine = posted(cast, issue, introduction="La mienne", act="save")
    cast.client("aicha").post(
        f"{DESK}{issue.pk}/", posted(cast, issue, introduction="La sienne", act="save")
    )
    answer = cast.client("chloe").post(f"{DESK}{issue.pk}/", mine)
    page = answer.content.decode()
    assert "Un autre agent a enregistré" in page
    assert ("La mienne" in page, "La sienne" in page) == (True, True)
    issue.refresh_from_db()
    assert issue.introduction == "La sienne"
    again = mine | {"seen": str(answer.context["form"]["seen"].value())}
    assert cast.client("chloe").post(f"{DESK}{issue.pk}/", again).status_code == 302


def test_what_happened_since_is_added_and_what_is_there_stays(cast: Cast, issue: Issue) -> None:
    issue.items.filter(kind="new").update(is_kept=False, text="Mon texte")
    make_structure("La Nouvelle", in_space=cast.space)
    cast.client("chloe").post(f"{DESK}{issue.pk}/", {"act": "gather"})
    assert sorted(items_of(issue)) == [
        ("closed", "L'Ancienne", False),
        ("new", "La Fabrique", False),
        ("new", "La Nouvelle", False),
        ("teaser", "La Fabrique", True),
    ]
    assert issue.items.get(title="La Fabrique", kind="new").text == "Mon texte"


def test_items_of_another_issue_cannot_be_written(cast: Cast, issue: Issue) -> None:
    other = new_issue(cast.other_space, by=cast.bruno, now=timezone.now())
    theirs = other.items.create(key="new-x", kind="new", title="Chez eux", text="Leur texte")
    given = posted(cast, issue, **{"items-0-id": str(theirs.pk), "items-0-text": "Piraté"})
    cast.client("chloe").post(f"{DESK}{issue.pk}/", given)
    theirs.refresh_from_db()
    assert theirs.text == "Leur texte"


def test_a_draft_can_be_dropped_not_what_left(cast: Cast, issue: Issue) -> None:
    chloe = cast.client("chloe")
    assert chloe.post(f"{DESK}{issue.pk}/envoyer/", {"act": "drop"})["Location"] == DESK
    assert Issue.objects.count() == 0
    sent = new_issue(cast.space, by=cast.chloe, now=timezone.now())
    Issue.objects.update(state=Issue.State.SENT)
    chloe.post(f"{DESK}{sent.pk}/envoyer/", {"act": "drop"})
    assert Issue.objects.count() == 1


# Sending


def test_a_test_goes_to_the_agent_only(cast: Cast, issue: Issue, office) -> None:
    subscribe(cast.space, 3)
    cast.client("chloe").post(f"{DESK}{issue.pk}/envoyer/", {"act": "test"})
    drain()
    assert office.recipients == ["chloe@test.example"]
    text, html = office.messages[0].iter_parts()
    assert "* La Fabrique\n  Un lieu où l'on répare." in text.get_content().replace("\r\n", "\n")
    assert "La Fabrique</a>" in html.get_content()
    assert office.messages[0]["Subject"].startswith("[Essai] Lettre d'information Val de Bièvre")


def test_each_subscriber_gets_it_once_with_a_way_out(cast: Cast, issue: Issue, office) -> None:
    people = subscribe(cast.space, 5)
    Subscription.objects.filter(pk=people[3].pk).update(confirmed_at=None)
    Subscription.objects.filter(pk=people[4].pk).update(ended_at=timezone.now())
    cast.client("chloe").post(f"{DESK}{issue.pk}/envoyer/", {"act": "now"})
    drain()
    send_issues(timezone.now())
    drain()
    assert sorted(office.recipients) == [f"s{n}@test.example" for n in range(3)]
    first = office.messages[0]
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = str(first["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8000")
    assert Client().post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert subscribers(cast.space).count() == 2
    issue.refresh_from_db()
    assert (issue.state, issue.number) == ("sent", 1)
    public = Client().get(f"{PUBLIC}1/").content.decode()
    assert "La Fabrique" in public
    assert "N° 1" in Client().get(PUBLIC).content.decode()
    desk = cast.client("chloe").get(f"{DESK}{issue.pk}/envoyer/").content.decode()
    assert "@test.example" not in desk  # the list of addresses is shown to nobody


def test_a_sending_that_dies_goes_on_where_it_was(cast: Cast, issue: Issue, monkeypatch) -> None:
    subscribe(cast.space, 25)
    monkeypatch.setattr(actions, "_BATCH", 10)
    schedule_issue(issue, timezone.now(), by=cast.chloe, now=timezone.now())
    original, calls = actions.post_many, []

    def dies(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(*given, **named)

    monkeypatch.setattr(actions, "post_many", dies)
    with pytest.raises(KeyboardInterrupt):
        send_issues(timezone.now())
    assert (Letter.objects.count(), IssueDelivery.objects.count()) == (10, 10)
    assert actions.is_due(timezone.now())
    assert send_issues(timezone.now()) == 15
    assert Letter.objects.values("to").distinct().count() == Letter.objects.count() == 25
    assert not actions.is_due(timezone.now())


def test_the_database_refuses_a_second_letter(cast: Cast, issue: Issue) -> None:
    [one] = subscribe(cast.space)
    IssueDelivery.objects.create(issue=issue, subscription=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        IssueDelivery.objects.create(issue=issue, subscription=one)


def test_an_issue_waits_for_its_hour_and_can_be_taken_back(cast: Cast, issue: Issue) -> None:
    subscribe(cast.space)
    chloe, url = cast.client("chloe"), f"{DESK}{issue.pk}/envoyer/"
    assert (
        "Ce moment est passé"
        in chloe.post(url, {"act": "later", "at": "2020-01-01T10:00"}).content.decode()
    )
    chloe.post(url, {"act": "later", "at": "2040-01-01T10:00"})
    assert send_issues(timezone.now()) == 0
    assert "prévu le 1 janvier 2040 à 10:00" in chloe.get(url).content.decode()
    assert chloe.get(f"{DESK}{issue.pk}/").status_code == 302  # it does not change any more
    assert (
        "revient en préparation" in chloe.post(url, {"act": "cancel"}, follow=True).content.decode()
    )
    chloe.post(url, {"act": "later", "at": "2040-01-01T10:00"})
    later = timezone.now() + timedelta(days=365 * 15)
    assert "notices.send_issues" in schedule.ask_due(later)
    assert send_issues(later) == 1


def test_an_address_that_refused_for_good_is_left_alone(cast: Cast, issue: Issue, office) -> None:
    subscribe(cast.space, 2)
    office.answers["s0@test.example"] = ["550 5.1.1 unknown"]
    schedule_issue(issue, timezone.now(), by=cast.chloe, now=timezone.now())
    drain()
    assert [one.email for one in subscribers(cast.space)] == ["s1@test.example"]


def test_ten_thousand_subscribers_are_written_to_quickly(cast: Cast, issue: Issue) -> None:
    subscribe(cast.space, 10_000)
    schedule_issue(issue, timezone.now(), by=cast.chloe, now=timezone.now())
    begin = time.process_time()  # a busy machine is no reason to fail
    assert send_issues(timezone.now()) == 10_000
    assert time.process_time() - begin <= 10
    assert max(len(body) for body in Letter.objects.values_list("body", flat=True)) < 50


def test_the_next_issue_begins_where_the_last_one_ended(cast: Cast, issue: Issue) -> None:
    schedule_issue(issue, timezone.now(), by=cast.chloe, now=timezone.now())
    send_issues(timezone.now())
    after = new_issue(cast.space, by=cast.chloe, now=timezone.now())
    assert items_of(after) == [("teaser", "La Fabrique", False)]
    assert after.since == Issue.objects.get(pk=issue.pk).sent_at
