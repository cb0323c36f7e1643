"""An address changes when both mailboxes say so, and not before."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from maillage.accounts.actions.email_change import ChangeRefused, agree, ask_email_change
from maillage.accounts.actions.sweep import forget_email_changes
from maillage.accounts.models import EmailChange
from maillage.core.models import JournalEntry
from tests.accounts.doors import letter_to, letters_to, path_of, sign_in
from tests.accounts.test_security import confirmed
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/compte/adresse/"
OLD, NEW = "denis@test.example", "denis@ailleurs.example"


def asked(cast: Cast, new: str = NEW) -> Client:
    client = confirmed(cast.denis)
    assert client.post(ADDRESS, {"email": new})["Location"] == ADDRESS
    return client


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_both_mailboxes_agree_in_any_order(cast: Cast, order):
    client = asked(cast)
    assert NEW in client.get(ADDRESS).content.decode()
    links = {address: path_of(letter_to(address).link) for address in (OLD, NEW)}
    visitor = Client()
    page = visitor.get(links[order[0]]).content.decode()
    assert "demande à passer à" in page
    cast.denis.refresh_from_db()
    assert cast.denis.email == OLD
    assert "L'autre boîte doit encore accepter" in visitor.post(
        links[order[0]]
    ).content.decode().replace("&#x27;", "'")
    cast.denis.refresh_from_db()
    assert cast.denis.email == OLD
    assert sign_in(Client(), OLD).status_code == 302
    visitor.post(links[order[1]])
    cast.denis.refresh_from_db()
    assert cast.denis.email == NEW
    assert list(
        EmailAddress.objects.filter(user=cast.denis).values_list("email", "verified", "primary")
    ) == [(NEW, True, True)]
    assert sign_in(Client(), NEW).status_code == 302
    assert sign_in(Client(), OLD).status_code == 200
    for address in (OLD, NEW):
        assert letter_to(address).subject == "La sécurité de votre compte a changé"
    assert visitor.get(links[OLD]).status_code == 404
    assert not any(
        OLD in str(entry.changes) + entry.reason or NEW in str(entry.changes) + entry.reason
        for entry in JournalEntry.objects.all()
    )


def test_the_old_mailbox_refuses(cast: Cast):
    asked(cast)
    links = {address: path_of(letter_to(address).link) for address in (OLD, NEW)}
    page = Client().post(links[OLD], {"refuse": "1"}).content.decode()
    assert "Le changement est refusé" in page
    assert Client().post(links[NEW]).status_code == 404
    cast.denis.refresh_from_db()
    assert cast.denis.email == OLD


def test_the_new_mailbox_cannot_refuse_for_the_old_one_nor_agree_twice(cast: Cast):
    asked(cast)
    link = path_of(letter_to(NEW).link)
    for given in ({}, {"refuse": "1"}, {}):
        Client().post(link, given)
    cast.denis.refresh_from_db()
    assert cast.denis.email == OLD
    assert EmailChange.objects.get().old_agreed_at is None


def test_an_address_that_someone_has_reads_the_same_and_never_changes(cast: Cast):
    asked(cast, "chloe@test.example")
    letter = letter_to("chloe@test.example")
    assert letter.subject == "Vous avez déjà un compte"
    assert "accord" not in letter.link
    Client().post(path_of(letter_to(OLD).link))
    cast.denis.refresh_from_db()
    assert cast.denis.email == OLD


def test_an_address_taken_meanwhile_is_refused_at_the_end(cast: Cast):
    asked(cast)
    links = {address: path_of(letter_to(address).link) for address in (OLD, NEW)}
    make_user(NEW)
    Client().post(links[NEW])
    page = Client().post(links[OLD]).content.decode()
    assert "ne peut pas être utilisée" in page
    cast.denis.refresh_from_db()
    assert cast.denis.email == OLD


def test_only_the_last_demand_stands_and_it_ends(cast: Cast):
    asked(cast)
    first = path_of(letter_to(NEW).link)
    asked(cast, "autre@ailleurs.example")
    assert Client().get(first).status_code == 404
    assert EmailChange.objects.count() == 1
    late = timezone.now() + timedelta(days=3, minutes=1)
    change = EmailChange.objects.get()
    with pytest.raises(ChangeRefused):
        agree(change, "rien", by=None, now=late)
    assert forget_email_changes(late) == 1


def test_it_is_given_up_from_the_account(cast: Cast):
    client = asked(cast)
    client.post(ADDRESS, {"cancel": "1"})
    assert not EmailChange.objects.exists()


@pytest.mark.parametrize("given", ["", "pas une adresse", OLD, OLD.upper(), "a" * 250 + "@x.fr"])
def test_a_wrong_address_asks_nothing(cast: Cast, given):
    client = confirmed(cast.denis)
    before = len(letters_to(OLD))
    answer = client.post(ADDRESS, {"email": given})
    assert answer.context["form"].errors["email"]
    assert len(letters_to(OLD)) == before
    assert not EmailChange.objects.exists()


def test_it_asks_who_one_is_again(cast: Cast):
    assert "/compte/confirmer/" in cast.client("denis").get(ADDRESS)["Location"]


def test_keys_are_not_kept(cast: Cast):
    change = ask_email_change(cast.denis, NEW, by=cast.denis, now=timezone.now())
    keys = [path_of(letter_to(address).link).split("/")[-2] for address in (OLD, NEW)]
    assert len({*keys, change.old_key, change.new_key}) == 4
    assert all(len(key) == 32 for key in keys)
