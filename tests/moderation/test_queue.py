"""The queue: who sees what, at what cost, and what its pages do."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.core.models import Letter
from maillage.moderation.actions import decide
from maillage.moderation.actions.handle import assign, snooze
from maillage.moderation.models import Contribution
from maillage.moderation.queries.similar import lookalikes
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Structure
from tests.factories import Cast, make_establishment, make_structure
from tests.moderation.things import a_page, sent, undo_url, url, who

pytestmark = pytest.mark.django_db
OLD = "01 00 00 00 00"
QUEUE = "/val-de-bievre/gestion/contributions/"


def words(answer) -> str:
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def live(**more):
    """The moment of the test: views read the clock."""
    return {"now": timezone.now()} | more


def test_a_structure_in_two_spaces_is_seen_from_both(cast: Cast):
    page = a_page(cast)
    make_establishment(page, municipality_code="93008")
    one = sent(cast, structure=page)
    theirs = cast.client("bruno").get("/plaine-sud/gestion/contributions/")
    assert "La Fabrique" in words(theirs)
    assert "envoyée à Val de Bièvre" in words(theirs)
    assert (
        cast.client("bruno").get(f"/plaine-sud/gestion/contributions/{one.pk}/").status_code == 200
    )
    told = Letter.objects.filter(kind="moderation.arrived").values_list("to", flat=True)
    assert sorted(told) == ["aicha@test.example", "bruno@test.example", "chloe@test.example"]


def test_another_space_knows_nothing_of_it(cast: Cast):
    one = sent(cast)
    client = cast.client("bruno")
    assert "La Fabrique" not in words(client.get("/plaine-sud/gestion/contributions/?etat=toutes"))
    for address in ("", "fiche/"):
        assert (
            client.get(f"/plaine-sud/gestion/contributions/{one.pk}/{address}").status_code == 404
        )
    for verb in ("accepter", "refuser", "confier", "rattacher", "noter"):
        answer = client.post(
            f"/plaine-sud/gestion/contributions/{one.pk}/{verb}/", {"version": one.version}
        )
        assert answer.status_code == 404
    bulk = client.post(
        "/plaine-sud/gestion/contributions/lot/", {"ids": [one.pk], "act": "accept"}, follow=True
    )
    assert "Cochez au moins une contribution" in words(bulk)


def test_a_commune_of_both_spaces_shares_the_proposal(cast: Cast):
    sent(cast, "propose", fields={"name": "Le Vélo", "municipality_code": "93055"})
    assert "Le Vélo" in words(cast.client("bruno").get("/plaine-sud/gestion/contributions/"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Ancienne", "Vélo", "La Fabrique"]),
        ("sorte=propose", ["Vélo"]),
        ("sorte=inconnue", ["Ancienne", "Vélo", "La Fabrique"]),
        ("confiance=1", ["Ancienne", "Vélo", "La Fabrique"]),
        ("confiance=5", []),
        ("commune=93055", ["Vélo"]),
        ("qui=moi", ["La Fabrique"]),
        ("qui=personne", ["Ancienne", "Vélo"]),
        ("age=30", ["Ancienne"]),
        ("q=velo", []),
        ("q=vélo", ["Vélo"]),
        ("q=%27%22%3B+DROP", []),
        ("etat=plus-tard", ["Tardive"]),
        ("etat=closes", ["Close"]),
        ("etat=attente", []),
        ("etat=toutes", ["Ancienne", "Tardive", "Vélo", "La Fabrique", "Close"]),
        ("page=99999", ["Ancienne", "Vélo", "La Fabrique"]),
        ("page=-1&age=x&qui=zut", ["Ancienne", "Vélo", "La Fabrique"]),
    ],
)
def test_filters(asked: str, found: list[str], cast: Cast):
    now = timezone.now()
    old = sent(cast, structure=make_structure("Ancienne", in_space=cast.space))
    late = sent(cast, structure=make_structure("Tardive", in_space=cast.space))
    sent(cast, "propose", fields={"name": "Vélo", "municipality_code": "93055"})
    mine = sent(cast)
    closed = sent(cast, structure=make_structure("Close", in_space=cast.space))
    assign(mine, cast.chloe, **who(cast))
    snooze(
        late, now.date() + timedelta(days=9), today=now.date(), version=late.version, **who(cast)
    )
    decide.refuse(closed, reason="double", text="", version=closed.version, **who(cast))
    Contribution.objects.update(created_at=now)
    Contribution.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=40))
    page = cast.client("chloe").get(f"{QUEUE}?{asked}")
    assert [row.subject for row in page.context["found"].rows] == found


def test_counts_are_by_state(cast: Cast):
    one = sent(cast)
    for name in ("A", "B"):
        sent(cast, structure=make_structure(name, in_space=cast.space))
    decide.refuse(one, reason="double", text="", version=one.version, **who(cast))
    counts = cast.client("chloe").get(QUEUE).context["found"].counts
    assert counts == {"a-traiter": 2, "attente": 0, "plus-tard": 0, "closes": 1, "toutes": 3}
    menu = cast.client("chloe").get("/val-de-bievre/gestion/").content.decode()
    assert "<span>À traiter (2)" in menu
    assert "2 contributions" in words(cast.client("chloe").get("/val-de-bievre/gestion/"))


def cost(client, address: str) -> int:
    client.get(address)  # what is kept in memory
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_queue_costs_the_same_with_one_row_and_thirty(cast: Cast):
    client = cast.client("chloe")
    sent(cast)
    one = cost(client, QUEUE)
    for number in range(32):
        sent(cast, structure=make_structure(f"Autre {number}", in_space=cast.space))
    assert len(client.get(QUEUE).context["found"].rows) == 30
    asked = f"{QUEUE}?etat=toutes&sorte=correct&commune=93048&q=autre&qui=personne&page=2"
    # Five are every page's (session, person, space, role, unread letters), one is the menu's count of declared needs, the others are the queue's.
    assert (one, cost(client, QUEUE), cost(client, asked)) == (9, 9, 9)


def test_accepting_on_screen_goes_to_the_next_one(cast: Cast):
    first = sent(cast, **live())
    second = sent(cast, structure=make_structure("Autre", in_space=cast.space), **live())
    client = cast.client("chloe")
    page = client.get(f"{url(cast, first)}?file=sorte%3Dcorrect")
    assert "Actuellement : 01 00 00 00 00 (source : Sirene (Insee), 12/03/2026)" in words(page)
    posted = {
        "take": ["phone"],
        "value-phone": "01 48 00 00 02",
        "shown-phone": "01 00 00 00 00",
        "version": first.version,
        "file": "sorte=correct",
    }
    answer = client.post(url(cast, first, "accepter"), posted)
    assert answer["Location"] == f"{url(cast, second)}?file=sorte%3Dcorrect"
    assert Structure.objects.get(name="La Fabrique").phone == "01 48 00 00 02"
    queue = client.get(QUEUE)
    assert "Vous venez de décider : « La Fabrique », acceptée." in words(queue)
    undone = client.post(undo_url(cast, first), {"lot": "1"}, follow=True)
    assert "Décision défaite" in words(undone)
    assert Structure.objects.get(name="La Fabrique").phone == "01 00 00 00 00"


def test_the_last_one_leads_back_to_the_queue(cast: Cast):
    one = sent(cast, **live())
    posted = {"reason": "double", "version": one.version, "file": "qui=personne"}
    answer = cast.client("chloe").post(url(cast, one, "refuser"), posted)
    assert answer["Location"] == f"{QUEUE}?qui=personne"
    assert "Aucune contribution ne correspond" in words(
        cast.client("chloe").get(answer["Location"])
    )


def test_a_refused_decision_loses_nothing_typed(cast: Cast):
    one = sent(cast, **live())
    client = cast.client("chloe")
    bad = client.post(
        url(cast, one, "accepter"),
        {"take": ["phone"], "value-phone": "appelez", "text": "Merci Rosa", "version": one.version},
    )
    assert "Téléphone : Un numéro de téléphone ne contient que" in words(bad)
    assert 'value="appelez"' in bad.content.decode()
    assert "Merci Rosa" in words(bad)
    empty = client.post(
        url(cast, one, "refuser"), {"reason": "", "text": "Non.", "version": one.version}
    )
    assert "Choisissez un motif" in words(empty)
    assert ">Non.</textarea>" in empty.content.decode()
    day = client.post(url(cast, one, "plus-tard"), {"until": "2026-02-31", "version": one.version})
    assert "Choisissez un jour à venir." in words(day)


def test_a_second_agent_is_told_who_decided_and_keeps_their_words(cast: Cast):
    one = sent(cast, **live())
    read = one.version
    decide.accept(one, version=read, **who(cast, "aicha", **live()))
    answer = cast.client("chloe").post(
        url(cast, one, "refuser"), {"reason": "other", "text": "Ma réponse", "version": read}
    )
    assert answer.status_code == 409
    assert "Aïcha Benali a déjà tranché" in words(answer)
    assert "Ma réponse" in words(answer)


def test_a_page_that_moved_shows_both_values(cast: Cast):
    one = sent(cast, **live())
    Structure.objects.update(phone="01 99 99 99 99")
    client = cast.client("chloe")
    assert "La fiche a changé depuis Montré alors : « 01 00 00 00 00 »" in words(
        client.get(url(cast, one))
    )
    posted = {"take": ["phone"], "value-phone": "01 48 00 00 01", "shown-phone": "01 00 00 00 00"}
    answer = client.post(url(cast, one, "accepter"), posted | {"version": one.version})
    assert (answer.status_code, "voyez les valeurs d'aujourd'hui" in words(answer)) == (409, True)
    assert 'name="shown-phone" value="01 99 99 99 99"' in answer.content.decode()


@pytest.mark.parametrize("version", ["", "-1", "x", "99999999999999999999", "7"])
def test_a_forged_version_decides_nothing(version: str, cast: Cast):
    one = sent(cast, **live())
    answer = cast.client("chloe").post(
        url(cast, one, "refuser"), {"reason": "double", "version": version}
    )
    assert answer.status_code == 409
    one.refresh_from_db()
    assert one.state == "open"


def test_an_unknown_verb_is_nothing(cast: Cast):
    one = sent(cast)
    assert cast.client("chloe").post(url(cast, one, "exploser")).status_code == 404


def test_notes_stay_between_agents(cast: Cast):
    one = sent(cast, **live(), by=cast.denis)
    cast.client("chloe").post(url(cast, one, "noter"), {"text": "À vérifier par téléphone."})
    assert "À vérifier par téléphone." in words(cast.client("aicha").get(url(cast, one)))
    assert "À vérifier" not in words(cast.client("denis").get(f"/compte/contributions/{one.pk}/"))


def test_attaching_is_chosen_by_a_search(cast: Cast):
    page = a_page(cast)
    reindex([page.pk])
    one = sent(cast, "propose", **live())
    client = cast.client("chloe")
    found = client.get(f"{url(cast, one)}fiche/?q=fabrique")
    assert "La Fabrique" in words(found)
    client.post(url(cast, one, "rattacher"), {"structure": page.pk, "version": one.version})
    one.refresh_from_db()
    assert (one.kind, one.structure) == ("correct", page)
    elsewhere = make_structure("Ailleurs")
    make_establishment(elsewhere, municipality_code="93008")
    refused = client.post(
        url(cast, one, "rattacher"), {"structure": elsewhere.pk, "version": one.version}
    )
    assert refused.status_code == 404


def test_bulk_does_each_and_names_what_it_leaves(cast: Cast):
    fine = [
        sent(cast, structure=make_structure(f"Page {n}", in_space=cast.space, phone=OLD), **live())
        for n in range(3)
    ]
    moved = sent(cast, structure=a_page(cast), **live())
    Structure.objects.filter(name="La Fabrique").update(phone="01 99 99 99 99")
    client = cast.client("chloe")
    ids = [one.pk for one in [*fine, moved]]
    asked = client.post(f"{QUEUE}lot/", {"ids": ids, "act": "accept"})
    assert "Agir sur 4 contributions" in words(asked)
    assert Contribution.objects.filter(state="open").count() == 4
    done = client.post(f"{QUEUE}lot/", {"ids": ids, "act": "accept", "confirm": "1"}, follow=True)
    assert "3 contributions sur 4 : c'est fait." in words(done)
    assert "« La Fabrique » n'est pas faite : la fiche a changé depuis" in words(done)
    assert "Vous venez de décider : 3 contributions." in words(done)
    back = client.post(undo_url(cast, fine[0]), {"lot": "1"}, follow=True)
    assert "3 décisions défaites." in words(back)
    assert Contribution.objects.filter(state="open").count() == 4
    assert Structure.objects.filter(phone="01 48 00 00 01").count() == 0


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"act": ""}, "Choisissez une action."),
        ({"act": "refuse"}, "Choisissez un motif : il est envoyé."),
        ({"act": "snooze"}, "Choisissez un jour à venir."),
        ({"act": "assign", "to": "999999"}, "choix"),
    ],
)
def test_bulk_asks_for_what_it_needs(posted: dict[str, str], sentence: str, cast: Cast):
    one = sent(cast, **live())
    answer = cast.client("chloe").post(f"{QUEUE}lot/", {"ids": [one.pk], "confirm": "1", **posted})
    assert sentence in words(answer)
    one.refresh_from_db()
    assert one.state == "open"


@pytest.mark.parametrize("act", ["refuse", "assign", "snooze"])
def test_bulk_refuses_assigns_and_puts_off(act: str, cast: Cast):
    rows = [
        sent(cast, structure=make_structure(f"P{n}", in_space=cast.space), **live())
        for n in range(2)
    ]
    until = timezone.localdate() + timedelta(days=5)
    posted = {"reason": "unverifiable", "to": cast.aicha.pk, "until": until.isoformat(), "act": act}
    cast.client("chloe").post(
        f"{QUEUE}lot/", {"ids": [r.pk for r in rows], "confirm": "1", **posted}
    )
    one = Contribution.objects.get(pk=rows[0].pk)
    assert (one.state, one.assigned_to, one.snoozed_until) == {
        "refuse": ("refused", None, None),
        "assign": ("open", cast.aicha, None),
        "snooze": ("snoozed", None, until),
    }[act]


def test_an_empty_queue_teaches(cast: Cast):
    page = words(cast.client("chloe").get(QUEUE))
    assert "Rien à traiter" in page
    assert "sans compte" in page


def test_a_page_without_a_number_has_not_the_same_number(cast: Cast):
    page = make_structure("La Fabrique", in_space=cast.space)
    make_structure("Tout autre chose", in_space=cast.space)  # no RNA, another SIREN
    found = lookalikes(cast.space, name="X", municipality_code="93048", siren=page.siren)
    assert [(one.structure, one.why) for one in found] == [(page, "même numéro")]
