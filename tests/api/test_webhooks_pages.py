"""Pages of the webhooks of a space."""

import pytest
from django.urls import reverse

from maillage.api.actions.webhooks import MOST, create_webhook
from maillage.api.lib.webhooks import EVENT_LABELS, secret_of
from maillage.api.models import Webhook, WebhookDelivery
from maillage.core.models import Job, JournalEntry
from tests.factories import NOW, Cast, make_structure, signed_in
from tests.portal.pages import text

pytestmark = pytest.mark.django_db
GOOD = {
    "url": "https://Ville.example/crochet?a=1",
    "events": ["structure.archived"],
    "description": "Agenda",
}


def page(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"api_agent:{name}", args=[cast.space.slug, *args])


@pytest.fixture
def webhook(cast: Cast) -> Webhook:
    return create_webhook(
        cast.space, url="https://ville.example/", events=list(EVENT_LABELS), description="Agenda",
        by=cast.aicha, now=NOW,
    )  # fmt: skip


def acts() -> list[str]:
    found = JournalEntry.objects.filter(action__startswith="webhook_").order_by("pk")
    return list(found.values_list("action", flat=True))


def test_an_empty_page_says_what_it_is_for(cast: Cast):
    said = text(signed_in(cast.aicha).get(page(cast, "webhooks")))
    assert "Aucun webhook" in said
    assert "Créer un webhook" in said


def test_one_is_made_tried_changed_paused_and_removed(cast: Cast):
    client = signed_in(cast.aicha)
    assert client.post(page(cast, "new_webhook"), GOOD).status_code == 302
    made = Webhook.objects.get()
    assert (made.url, made.events, made.by) == (
        "https://ville.example/crochet?a=1", ["structure.archived"], cast.aicha,
    )  # fmt: skip
    one = page(cast, "webhook", made.pk)
    shown = text(client.get(one))
    assert secret_of(made.salt) in shown
    assert "Une structure sort de l'annuaire" in shown
    assert "Rien n'est encore parti" in shown
    client.post(page(cast, "ping_webhook", made.pk))
    assert "Essai" in text(client.get(one))
    assert Job.objects.filter(name="api.webhooks").count() == 1
    client.post(page(cast, "change_webhook", made.pk), GOOD | {"description": "Autre"})
    client.post(page(cast, "webhook_secret", made.pk))
    assert secret_of(made.salt) not in text(client.get(one))
    client.post(page(cast, "pause_webhook", made.pk))
    assert "En pause depuis" in text(client.get(one))
    client.post(page(cast, "resume_webhook", made.pk))
    assert "En pause depuis" not in text(client.get(one))
    assert "ne recevra plus rien" in text(client.get(page(cast, "remove_webhook", made.pk)))
    client.post(page(cast, "remove_webhook", made.pk))
    assert not Webhook.objects.exists()
    assert acts() == [
        f"webhook_{act}"
        for act in ("created", "changed", "secret_changed", "paused", "resumed", "removed")
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"url": "https://127.0.0.1/"}, "réseau privé"),
        ({"url": "https://localhost/"}, "réseau privé"),
        ({"url": "https://[::1]/"}, "réseau privé"),
        ({"url": "ftp://ville.example/"}, "https://"),
        ({"url": "https://moi:secret@ville.example/"}, "ni nom d'utilisateur"),
        ({"url": "https://ville.example:22/"}, "Le port doit être"),
        ({"url": "https://" + "a" * 600}, "500"),
        ({"url": ""}, "obligatoire"),
        ({"events": []}, "au moins un événement"),
        ({"events": ["structure.vendue"]}, "structure.vendue"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_lost(given: dict, sentence: str, cast: Cast):
    answer = signed_in(cast.aicha).post(page(cast, "new_webhook"), GOOD | given)
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert 'value="Agenda"' in answer.content.decode()
    assert not Webhook.objects.exists()


def test_a_space_has_twenty_at_most(cast: Cast, webhook: Webhook):
    Webhook.objects.bulk_create(
        Webhook(space=cast.space, url="https://a.example/", salt="x", by=cast.aicha, created_at=NOW)
        for _ in range(MOST - 1)
    )
    answer = signed_in(cast.aicha).post(page(cast, "new_webhook"), GOOD)
    assert "20 webhooks au plus" in text(answer)
    assert Webhook.objects.count() == MOST


def test_the_log_tells_each_call_and_sends_one_again(cast: Cast, webhook: Webhook):
    client = signed_in(cast.aicha)
    structure = make_structure("La Ressourcerie", in_space=cast.space)
    given = {
        "structure": structure,
        "payload": {"structure": structure.pk, "at": ""},
        "created_at": NOW,
    }
    failed = webhook.deliveries.create(
        event_id="00000000-0000-0000-0000-000000000001", event="structure.updated", due_at=NOW,
        status=WebhookDelivery.Status.FAILED, answered="500 <b>non</b>", attempts=6, done_at=NOW, **given,
    )  # fmt: skip
    answer = client.get(page(cast, "webhook", webhook.pk))
    assert "La Ressourcerie abandonnée 500 <b>non</b>" in text(answer)
    assert b"<b>non" not in answer.content
    assert client.post(page(cast, "send_again", webhook.pk, failed.pk)).status_code == 302
    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == (WebhookDelivery.Status.WAITING, 0)
    assert "en attente" in text(client.get(page(cast, "webhook", webhook.pk)))
    Webhook.objects.update(failures=3)
    assert "3 échecs de suite" in text(client.get(page(cast, "webhooks")))


def test_those_of_another_space_do_not_exist(cast: Cast, webhook: Webhook):
    webhook.space = cast.other_space
    webhook.save()
    client = signed_in(cast.aicha)
    assert client.get(page(cast, "webhook", webhook.pk)).status_code == 404
    assert client.post(page(cast, "remove_webhook", webhook.pk)).status_code == 404
    assert Webhook.objects.count() == 1
