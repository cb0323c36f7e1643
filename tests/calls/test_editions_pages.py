"""Pages of the call manager and of the public, as people press them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from maillage.calls.enums import EditionStatus
from maillage.calls.lib.moments import clock_of, in_paris
from maillage.calls.models import Edition, Envelope, Programme
from maillage.core.models import Letter
from tests.calls.factories import (
    make_application,
    make_award,
    make_edition,
    make_rule,
    make_submitted,
)
from tests.factories import Cast, make_role, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client("aicha")


def home(cast: Cast) -> str:
    return f"/{cast.space.slug}/gestion/appels-a-projets/"


def live(cast: Cast, **fields: Any) -> Edition:
    """Open today, whatever day the test runs."""
    now = timezone.now()
    return make_edition(
        cast.space, **{"opens_at": now - DAY, "closes_at": now + 20 * DAY, "published_at": now - DAY} | fields
    )  # fmt: skip


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def fields_of(answer: Any) -> dict[str, str]:
    """What a browser would send back from the form of the step, untouched."""
    form = answer.context["form"]
    sent = {"version": str(answer.context["version"])}
    for bound in form:
        value = bound.value()
        if value is True:
            sent[bound.html_name] = "on"
        elif value is not None and value is not False:
            sent[bound.html_name] = str(bound.field.prepare_value(value))
    return sent


def test_from_the_ready_made_call_to_published_in_a_handful_of_clicks(
    cast: Cast, client: Client
) -> None:
    """Press, answer one page, name nobody, ask, and another person publishes: five pages sent."""
    answer = client.post(f"{home(cast)}nouveau/", {"way": "profile"}, follow=True)
    edition = Edition.objects.get()
    assert "est prêt à être complété" in text(answer)
    assert "Dites ce qui permet à la collectivité d" in text(answer)
    step = f"{home(cast)}{edition.pk}/etape/nature/"
    said = fields_of(client.get(step)) | {
        "initiated": "yes",
        "defined": "yes",
        "service": "no",
        "legal_basis": "Solidarité",
        "deliberation_ref": "CP-2026-12",
    }
    assert client.post(step, said).status_code == 302
    if not edition.contact_email:
        step = f"{home(cast)}{edition.pk}/etape/presentation/"
        said = fields_of(client.get(step)) | {"contact_email": "ess@dep.test"}
        assert client.post(step, said).status_code == 302
    asked = client.post(f"{home(cast)}{edition.pk}/avancer/relire/", follow=True)
    assert "attend une relecture" in text(asked)
    second = make_user(name="Rachid Benali")
    make_role(cast.space, second)
    other = _protected(second)
    assert "Publier cet appel" in text(other.get(f"{home(cast)}{edition.pk}/"))
    done = other.post(f"{home(cast)}{edition.pk}/avancer/publier/", follow=True)
    assert "L&#x27;appel est publié" in text(done)
    edition.refresh_from_db()
    assert (edition.status, edition.published_by) == ("scheduled", second)
    public = Client().get(f"/{cast.space.slug}/appels/{edition.slug}/")
    assert public.status_code == 200
    assert "15 000 €" in text(public)


def _protected(user: Any) -> Client:
    from tests.factories import enrol

    enrol(user)
    return signed_in(user)


@pytest.mark.parametrize("code", ["presentation", "argent", "calendrier", "nature", "lecture"])
def test_a_step_sent_back_as_it_is_changes_nothing(cast: Cast, client: Client, code: str) -> None:
    client.post(f"{home(cast)}nouveau/", {"way": "profile"})
    before = Edition.objects.values().get()
    url = f"{home(cast)}{before['id']}/etape/{code}/"
    answer = client.post(url, fields_of(client.get(url)))
    assert answer.status_code == 302, answer.context["form"].errors
    after = Edition.objects.values().get()
    # A choice that nobody had made is made by the page that shows it.
    loose = {"version", "reading", "kind"}
    changed = {name for name in before if before[name] != after[name]} - loose
    assert changed == set()


def test_money_typed_wrong_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    edition = live(cast, status=EditionStatus.DRAFT, published_at=None)
    url = f"{home(cast)}{edition.pk}/etape/argent/"
    said = fields_of(client.get(url)) | {"amount_min": "20000", "amount_max": "15000.00"}
    answer = client.post(url, said)
    assert answer.status_code == 200
    assert "Le montant minimal dépasse le montant maximal." in text(answer)
    assert 'value="20000"' in text(answer)
    assert Edition.objects.get().amount_min is None


def test_instalments_are_rows(cast: Cast, client: Client) -> None:
    edition = live(cast, status=EditionStatus.DRAFT, published_at=None)
    url = f"{home(cast)}{edition.pk}/etape/argent/"
    said = fields_of(client.get(url)) | {
        "instalments-0-percent": "50",
        "instalments-1-percent": "",
        "instalments-1-kind": "",
        "instalments-1-condition": "",
        "instalments-2-kind": "balance",
        "instalments-2-percent": "50",
    }
    assert client.post(url, said | {"next": "1"})["Location"].endswith("/etape/calendrier/")
    assert Edition.objects.get().instalments == [
        {"kind": "advance", "percent": 50, "condition": "À la notification"},
        {"kind": "balance", "percent": 50, "condition": ""},
    ]
    said = fields_of(client.get(url)) | {"instalments-2-condition": "Plus tard"}
    answer = client.post(url, said)
    assert "Remplissez cette case, ou videz la ligne." in text(answer)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2027-03-28T02:30", "cette heure n&#x27;existe pas"),
        ("demain", "Écrivez un jour et une heure"),
        ("2026-01-01T09:00", "L&#x27;appel ferme avant d&#x27;ouvrir."),
    ],
)
def test_closings_that_are_refused(cast: Cast, client: Client, typed: str, sentence: str) -> None:
    edition = live(cast, status=EditionStatus.DRAFT, published_at=None, opens_at=in_paris(datetime(2027, 1, 4, 9)), closes_at=None)  # noqa: DTZ001  # fmt: skip
    edition.closes_at = None
    edition.save()
    url = f"{home(cast)}{edition.pk}/etape/calendrier/"
    answer = client.post(url, fields_of(client.get(url)) | {"closes_at": typed})
    assert sentence in text(answer)
    assert Edition.objects.get().closes_at is None


def test_a_day_alone_closes_at_its_last_minute(cast: Cast, client: Client) -> None:
    edition = live(cast, status=EditionStatus.DRAFT, published_at=None)
    url = f"{home(cast)}{edition.pk}/etape/calendrier/"
    sent = fields_of(client.get(url)) | {
        "closes_at": "06/02/2040",
        "meetings-0-on": "2039-12-10T18:00",
        "meetings-0-label": "Réunion",
        "key_dates-0-on": "15/04/2040",
    }
    assert client.post(url, sent).status_code == 302
    stored = Edition.objects.get()
    assert stored.closes_at
    assert clock_of(stored.closes_at) == datetime(2040, 2, 6, 23, 59)  # noqa: DTZ001
    assert stored.meetings == [{"on": "2039-12-10T17:00:00+00:00", "label": "Réunion"}]
    assert stored.key_dates == [{"on": "2040-04-15", "label": "Autres dates à retenir"}]


def test_two_people_on_one_step(cast: Cast, client: Client) -> None:
    edition = live(cast, status=EditionStatus.DRAFT, published_at=None)
    url = f"{home(cast)}{edition.pk}/etape/lecture/"
    mine = fields_of(client.get(url))
    client.post(url, mine | {"quorum": "4"})
    late = client.post(url, mine | {"quorum": "9"})
    assert "Une autre personne a modifié cet appel" in text(late)
    assert 'value="9"' in text(late)
    assert Edition.objects.get().quorum == 4
    again = mine | {"quorum": "9", "version": str(late.context["version"])}
    assert client.post(url, again).status_code == 302
    assert Edition.objects.get().quorum == 9


def test_an_empty_call_makes_its_programme(cast: Cast, client: Client) -> None:
    url = f"{home(cast)}nouveau/"
    bad = client.post(url, {"way": "empty", "title": "Prix", "year": "2027"})
    assert "nommez-en un nouveau" in text(bad)
    client.post(url, {"way": "empty", "title": "Prix", "year": "2027", "name": "Prix de l'ESS"})
    edition = Edition.objects.get()
    assert (edition.programme.name, edition.prefix) == ("Prix de l'ESS", "PRIXDELE27")


def test_a_clone_by_the_page(cast: Cast, client: Client) -> None:
    source = live(cast, title="Progr'ESS 2026")
    client.post(f"{home(cast)}nouveau/", {"way": "clone", "source": str(source.pk)})
    assert Edition.objects.exclude(pk=source.pk).get().cloned_from == source
    theirs = make_edition(cast.other_space)
    gone = client.post(f"{home(cast)}nouveau/", {"way": "clone", "source": str(theirs.pk)})
    assert gone.status_code == 404


def test_extension_erratum_and_cancellation_by_the_pages(cast: Cast, client: Client) -> None:
    edition = live(cast)
    make_application(edition)
    page = f"{home(cast)}{edition.pk}/"
    assert "<strong>1</strong> personne recevra une lettre." in text(
        client.get(f"{page}prolonger/")
    )
    shorter = {"until": "2026-01-01T09:00", "reason": "x"}
    assert "jamais raccourci" in text(client.post(f"{page}prolonger/", shorter))
    client.post(f"{page}prolonger/", {"until": "2040-02-06T23:59", "reason": "Panne."})
    form = client.get(f"{page}erratum/").context
    client.post(
        f"{page}erratum/", {"version": form["version"], "text": "Oups.", "description": "Mieux."}
    )
    shown = text(Client().get(edition.get_absolute_url()))
    assert "Panne. Nouvelle clôture : lundi 6 février 2040 à 23 h 59 (heure de Paris)." in shown
    assert "Oups." in shown
    assert "Mieux." in shown
    client.post(f"{page}annuler/", {"reason": "Crédits."})
    assert "Cet appel est annulé" in text(Client().get(edition.get_absolute_url()))
    kinds = list(Letter.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["calls.extended", "calls.erratum", "calls.cancelled"]


def test_the_team_page(cast: Cast, client: Client) -> None:
    edition = live(cast)
    url = f"{home(cast)}{edition.pk}/equipe/"
    client.post(url, {"user": cast.aicha.pk, "kind": "authority"})
    assert "Ordonnatrice" in text(client.get(url))
    stranger = make_user()
    refused = client.post(url, {"user": stranger.pk, "kind": "authority"})
    assert refused.status_code == 200
    client.post(url, {"member": str(edition.team.get().pk)})
    assert edition.team.count() == 0


def test_envelopes_and_programmes(cast: Cast, client: Client) -> None:
    edition = live(cast)
    make_award(make_submitted(edition), "7000.00")
    page = text(client.get(f"{home(cast)}enveloppes/"))
    assert "7 000 €" in page
    assert "93 000 €" in page
    url = f"{home(cast)}enveloppes/{edition.envelope_id}/"
    small = {"year": "2026", "label": "E", "amount": "10"}
    assert "déjà attribués ou proposés" in text(client.post(url, small))
    assert client.post(url, small | {"amount": "8000"}).status_code == 302
    assert Envelope.objects.get().amount == Decimal(8000)
    client.post(f"{home(cast)}enveloppes/ajouter/", small)
    assert Envelope.objects.count() == 2
    client.post(f"{home(cast)}programmes/ajouter/", {"name": "Trophées", "is_active": "on"})
    assert Programme.objects.filter(name="Trophées", created_by=cast.aicha).exists()


def test_nothing_of_a_draft_is_public(cast: Cast) -> None:
    edition = live(cast, status=EditionStatus.CHECKING, published_at=None, title="Secret 2027")
    public = Client()
    base = f"/{cast.space.slug}/appels/"
    assert "Secret" not in text(public.get(base))
    for end in ("", "calendrier.ics", "reglement.pdf"):
        assert public.get(f"{base}{edition.slug}/{end}").status_code == 404
    assert "Secret" not in public.get(f"{base}nouveautes.atom").content.decode()
    told = date(2040, 1, 4)
    Edition.objects.update(forecast_on=told, summary="Bientôt.", description="Caché.")
    page = text(public.get(base))
    assert "vers le mercredi 4 janvier 2040" in page
    assert "Caché" not in page


def test_the_public_page_says_everything(cast: Cast) -> None:
    edition = live(
        cast, description="De quoi vivre.", benefits=["Un local"], contact_email="ess@dep.test",
        deliberation_ref="CP-1", deliberation_on=date(2026, 10, 1),
    )  # fmt: skip
    make_rule(
        edition, "commitment", label="Contrat d'engagement", explanation_ko="À souscrire.",
        legal_ref="Décret 2021-1947", legal_ref_on=date(2021, 12, 31),
    )  # fmt: skip
    answer = Client().get(edition.get_absolute_url())
    page = text(answer)
    for words in (
        "De quoi vivre.", "Un local", "ess@dep.test", "À souscrire.",
        "Décret 2021-1947 (version du 31 décembre 2021)", "Besoin : 60 %", "très bon",
        "Avance de 70 % : à la notification.", "Délibération CP-1 du 1er octobre 2026.",
        f"/appels/{edition.slug}/concerne/", f"/compte/candidatures/commencer/{cast.space.slug}/{edition.slug}/",
    ):  # fmt: skip
        assert words in page, words


def test_after_the_closing_the_page_says_so_before_the_clock_does(cast: Cast) -> None:
    edition = live(cast, closes_at=timezone.now(), closing_message="Merci à tous.")
    page = text(Client().get(edition.get_absolute_url()))
    assert "Merci à tous." in page
    assert "Candidater" not in page


def test_calendar_rules_and_feed(cast: Cast) -> None:
    edition = live(cast, description="Un <b>texte</b> *libre* #let")
    base = f"/{cast.space.slug}/appels/"
    calendar = Client().get(f"{base}{edition.slug}/calendrier.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert calendar.content.count(b"BEGIN:VEVENT") == 2
    paper = Client().get(f"{base}{edition.slug}/reglement.pdf")
    assert paper["Content-Type"] == "application/pdf"
    import io

    with pikepdf.open(io.BytesIO(paper.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == f"{edition.title} : règlement"
    feed = Client().get(f"{base}nouveautes.atom").content.decode()
    assert edition.title in feed


def test_panels_show_open_calls_and_what_waits(cast: Cast, client: Client) -> None:
    edition = live(cast)
    soon = live(cast, closes_at=timezone.now() + 2 * DAY)
    check = live(cast, status=EditionStatus.CHECKING, published_at=None)
    welcome = text(Client().get(f"/{cast.space.slug}/"))
    assert edition.title in welcome
    board = text(client.get(f"/{cast.space.slug}/gestion/"))
    assert f"{check.title}</a> : à relire avant publication" in board
    assert f"{soon.title}</a> : ferme le" in board
    assert f"{edition.title}</a> : ferme" not in board


def test_an_empty_space_teaches(cast: Cast, client: Client) -> None:
    assert "Aucun appel pour l" in text(Client().get(f"/{cast.space.slug}/appels/"))
    page = text(client.get(home(cast)))
    assert "partez de l" in page


def test_the_list_asks_few_queries(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        make_submitted(live(cast))
    with django_assert_max_num_queries(16):
        client.get(home(cast))
