"""The agent's view of letters, and the texts a space writes in its own words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.core.jobs import drain
from maillage.core.letters import circuit
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import Recipient, post, post_many
from maillage.core.models import JournalEntry, Letter, LetterText
from maillage.notices.notices import NEWS
from maillage.notices.queries.outbox import cause_of
from tests.core.letters.post_office import post_office
from tests.factories import Cast, make_structure

pytestmark = pytest.mark.django_db
LIST = "/val-de-bievre/gestion/messages/"
TEXTS = f"{LIST}textes/"
TEXT = f"{TEXTS}notices.news/"
WORDS = {"person": "Nadia", "space": "Val de Bièvre", "news": "PAROLES PRIVÉES"}
SECRET = LetterKind(code="test.key", label="Clé", subject="Clé", text="k", secret=True)


def write(space, *addresses: str, **fields: object) -> list[Letter]:
    people = [Recipient(to=address, values=WORDS) for address in addresses]
    written = post_many(NEWS, people, now=timezone.now(), space_id=space.pk)
    Letter.objects.filter(pk__in=[letter.pk for letter in written]).update(**fields)
    return written


def page(cast: Cast, url: str = LIST, name: str = "chloe") -> str:
    answer = cast.client(name).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_agents_see_to_whom_and_what_became_of_it_never_the_text(cast: Cast) -> None:
    write(cast.space, "lea@test.example", status="refused", error="550 5.1.1 user unknown")
    write(cast.space, "tom@test.example", status="sent")
    write(cast.other_space, "ailleurs@test.example", status="sent")
    text = page(cast)
    assert "lea@test.example" in text
    assert "tom@test.example" in text
    assert "ailleurs@test.example" not in text
    assert "PAROLES PRIVÉES" not in text
    assert "Cette adresse n&#x27;existe pas, ou plus" in text
    assert text.count("Envoyer de nouveau") == 1


def test_states_and_addresses_narrow_the_list(cast: Cast) -> None:
    write(cast.space, "lea@test.example", status="refused")
    write(cast.space, "tom@test.example", status="sent")
    assert "tom@" not in page(cast, f"{LIST}?etat=refused")
    assert "lea@" not in page(cast, f"{LIST}?q=TOM")
    assert "Aucun message ne répond" in page(cast, f"{LIST}?q=personne")
    assert "lea@" in page(cast, f"{LIST}?etat=nimporte&page=zz")
    assert "lea@" in page(cast, f"{LIST}?etat={'x' * 400}")


def test_an_empty_outbox_teaches(cast: Cast) -> None:
    assert "Aucun message n&#x27;est encore parti" in page(cast)


def test_a_refused_letter_leaves_again_when_asked(cast: Cast, settings) -> None:
    [letter] = write(cast.space, "lea@test.example", status="refused", attempts=7, error="550 no")
    with post_office(settings) as office:
        answer = cast.client("chloe").post(f"{LIST}{letter.pk}/relancer/", follow=True)
        assert "va être envoyé de nouveau" in answer.content.decode()
        drain()
        assert office.recipients == ["lea@test.example"]
    letter.refresh_from_db()
    assert (letter.status, letter.attempts, letter.error) == ("sent", 1, "")
    entry = JournalEntry.objects.get(action="letter_retried")
    assert (entry.by, entry.space_id) == (cast.chloe, cast.space.pk)


def test_what_is_on_its_way_or_has_lost_its_key_stays(cast: Cast) -> None:
    [waiting] = write(cast.space, "lea@test.example")
    secret = post(
        SECRET, to="a@test.example", values={}, now=timezone.now(), space_id=cast.space.pk
    )
    Letter.objects.filter(pk=secret.pk).update(status="refused", body="")
    for letter in (waiting, secret):
        answer = cast.client("chloe").post(f"{LIST}{letter.pk}/relancer/", follow=True)
        assert "ne peut pas repartir" in answer.content.decode()
    assert set(Letter.objects.values_list("status", flat=True)) == {"waiting", "refused"}


def test_a_letter_of_another_space_cannot_be_sent_again(cast: Cast) -> None:
    [theirs] = write(cast.other_space, "lea@test.example", status="refused")
    assert cast.client("chloe").post(f"{LIST}{theirs.pk}/relancer/").status_code == 404


def test_a_pause_is_said(cast: Cast) -> None:
    assert "ne répond pas" not in page(cast)
    now = timezone.now()
    for _ in range(circuit.FAILURES):
        circuit.failed("refused", now)
    assert "Le serveur de courrier ne répond pas" in page(cast)


def test_the_list_costs_the_same_whatever_the_number(cast: Cast) -> None:
    costs = []
    for count in (1, 60):
        write(cast.space, *(f"p{n}@test.example" for n in range(count)), status="refused")
        client = cast.client("chloe")
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 12


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("", ""),
        ("550 5.1.1 <a@b>: Recipient address rejected: User unknown", "n'existe pas"),
        ("552 5.2.2 Mailbox full", "pleine"),
        ("554 5.7.1 blocked using list", "indésirable"),
        ("450 4.2.0 Greylisted, try again later", "attendre"),
        ("[Errno 111] Connection refused", "n'a pas répondu"),
        ("timed out", "n'a pas répondu"),
        ("599 ???", "sans raison"),
    ],
)
def test_what_the_server_said_is_told_in_french(error: str, said: str) -> None:
    assert said in cause_of(error)


# Texts


def form_of(cast: Cast, url: str = TEXT) -> dict[str, str]:
    form = cast.client("chloe").get(url).context["form"]
    return {name: form[name].value() for name in ("subject", "text", "seen")}


def test_the_texts_are_listed_with_whose_words_are_sent(cast: Cast) -> None:
    assert "notre texte" in page(cast, TEXTS)
    LetterText.objects.create(space_id=cast.space.pk, kind=NEWS.code, subject="S", text="T")
    assert page(cast, TEXTS).count("votre texte") == 1


def test_a_text_of_the_space_is_sent_in_the_place_of_ours(cast: Cast) -> None:
    given = form_of(cast) | {"text": "Chère {person},\r\n\r\n{news}\r\n", "act": "save"}
    assert cast.client("chloe").post(TEXT, given).status_code == 302
    assert LetterText.objects.get().text == "Chère {person},\n\n{news}"
    [letter] = write(cast.space, "lea@test.example")
    assert letter.body.startswith("Chère Nadia,\n\nPAROLES PRIVÉES\n")
    [elsewhere] = write(cast.other_space, "lea@test.example")
    assert elsewhere.body.startswith("Bonjour Nadia,")
    entry = JournalEntry.objects.get(action="letter_text_saved")
    assert (entry.by, set(entry.changes)) == (cast.chloe, {"kind", "text"})


@pytest.mark.loose_pages  # what was typed looks like a template, and is shown as it was
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Bonjour {prenom}", "{prenom}"),
        ("Bonjour {{ person }}", "{, { person }, }"),
        ("Bonjour {person", "{"),
        ("{person.password}", "{person.password}"),
        ("{link}", "{link}"),
        ("{% load static %}", "{% load static %}"),
    ],
)
def test_an_unknown_word_in_braces_is_refused_with_those_that_exist(
    cast: Cast, text: str, wrong: str
) -> None:
    from django.utils.html import escape

    answer = cast.client("chloe").post(TEXT, form_of(cast) | {"text": text, "act": "save"})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert escape(f"inconnu : {wrong}") in said
    assert "Connus ici : {news}, {person}, {space}." in said
    assert escape(text) in said  # what was typed is kept
    assert LetterText.objects.count() == 0


def test_a_subject_takes_no_word_that_people_write(cast: Cast) -> None:
    answer = cast.client("chloe").post(TEXT, form_of(cast) | {"subject": "{news}", "act": "save"})
    assert "inconnu : {news}" in answer.content.decode()


def test_no_template_engine_reads_a_text(cast: Cast) -> None:
    LetterText.objects.create(
        space_id=cast.space.pk,
        kind=NEWS.code,
        subject="{{ 7 }}",
        text="{% now 'Y' %} {person!r} %s",
    )
    [letter] = write(cast.space, "lea@test.example")
    assert letter.body.startswith("{% now 'Y' %} {person!r} %s")


def test_a_preview_shows_the_space_and_one_of_its_structures(cast: Cast) -> None:
    make_structure("La Fabrique des Possibles", in_space=cast.space)
    given = form_of(cast) | {"text": "Depuis {space} : {news} <b>x</b>", "act": "preview"}
    shown = cast.client("chloe").post(TEXT, given).content.decode()
    assert "Depuis Val de Bièvre : • La Ressourcerie : nouveaux horaires &lt;b&gt;x" in shown
    assert LetterText.objects.count() == 0
    from maillage.moderation.notices import RECEIVED

    url = f"{TEXTS}{RECEIVED.code}/"
    assert "La Fabrique des Possibles" in page(cast, url)


def test_two_agents_who_cross_lose_nothing(cast: Cast) -> None:
    mine = form_of(cast) | {"text": "Le mien {person}", "act": "save"}
    theirs = form_of(cast) | {"text": "Le leur {person}", "act": "save"}
    assert cast.client("aicha").post(TEXT, theirs).status_code == 302
    answer = cast.client("chloe").post(TEXT, mine)
    said = answer.content.decode()
    assert "Quelqu&#x27;un d&#x27;autre a changé ce texte" in said
    assert ("Le leur" in said, "Le mien {person}" in said) == (True, True)
    assert LetterText.objects.get().text == "Le leur {person}"
    again = {name: answer.context["form"][name].value() for name in ("subject", "text", "seen")}
    assert cast.client("chloe").post(TEXT, again | {"act": "save"}).status_code == 302
    assert LetterText.objects.get().text == "Le mien {person}"


def test_our_text_comes_back(cast: Cast) -> None:
    cast.client("chloe").post(TEXT, form_of(cast) | {"text": "Le mien", "act": "save"})
    assert cast.client("chloe").post(TEXT, {"act": "restore"}).status_code == 302
    assert LetterText.objects.count() == 0
    actions = JournalEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["letter_text_saved", "letter_text_restored"]


@pytest.mark.parametrize("kind", ["notices.digest", "rien", "core.message"])
def test_a_text_that_is_not_for_them_does_not_exist(cast: Cast, kind: str) -> None:
    assert cast.client("chloe").get(f"{TEXTS}{kind}/").status_code == 404


def test_old_enough_letters_keep_their_state_readable(cast: Cast) -> None:
    write(cast.space, "lea@test.example", created_at=timezone.now() - timedelta(days=300))
    assert "lea@test.example" in page(cast)
