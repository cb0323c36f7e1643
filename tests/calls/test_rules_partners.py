"""A consortium: the lead proposes, each partner signs for itself, and what changes is signed again."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from maillage.accounts.models import User
from maillage.calls.actions import engaging, partners
from maillage.calls.actions.partners import Share, Who
from maillage.calls.enums import ApplicationStatus, PartnerRole, RuleKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Partner, Writer
from maillage.calls.queries.partners import not_engaged, shares_problem
from maillage.core.models import JournalEntry, Letter
from maillage.structures.models import Structure
from tests.calls.factories import make_application, make_edition, make_rule
from tests.factories import (
    NOW,
    Cast,
    make_membership,
    make_siren,
    make_siret,
    make_structure,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
HALF = Share(PartnerRole.FUNDED, Decimal(40), Decimal(3600), "Tenir les ateliers")


def lead_of(file: Application) -> User:
    return file.created_by


def file_in(cast: Cast, **fields: object) -> Application:
    return make_application(make_edition(cast.space, closes_at=NOW + timedelta(days=10)), **fields)


def known(cast: Cast) -> tuple[Structure, User]:
    structure = make_structure("La Bricothèque", in_space=cast.space)
    keeper = make_user()
    make_membership(structure, keeper)
    return structure, keeper


def invited(file: Application, who: Who, share: Share = HALF) -> Partner:
    return partners.add_partner(file, who, share, by=lead_of(file), now=NOW)


def key_in(letter: Letter) -> str:
    return re.search(r"/invitation/([\w-]+)/", letter.link)[1]


def engage(partner: Partner, by: User, **fields: object) -> Partner:
    fresh = Partner.objects.get(pk=partner.pk)
    given = {"signed_as": "Présidente", "commits": True, "version": fresh.version} | fields
    return engaging.engage(fresh, by=by, now=NOW, **given)


def test_a_partner_of_the_directory_is_asked_and_its_administrator_signs(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    make_rule(
        file.edition, RuleKind.COMMITMENT, legal_ref="Décret n° 2021-1947", legal_ref_on=NOW.date()
    )
    partner = invited(file, Who(structure=structure))
    assert not_engaged(file) == [partner]
    (letter,) = Letter.objects.filter(kind="calls.partner_asked")
    assert letter.to == keeper.email
    assert "40 %" in letter.body
    with pytest.raises(ValidationError) as refused:
        engage(partner, keeper, commits=False)
    assert list(refused.value.message_dict) == ["commits"]
    engage(partner, keeper)
    partner.refresh_from_db()
    assert (partner.engaged_by, partner.engaged_as) == (keeper, "Présidente")
    assert partner.commitment_text == "Décret n° 2021-1947, version du 22 novembre 2026"
    assert partner.commitment_at == NOW
    assert not_engaged(file) == []
    writer = Writer.objects.get(application=file, user=keeper)
    assert (writer.kind, writer.partner_id) == ("reader", partner.pk)
    (told,) = Letter.objects.filter(kind="calls.partner_engaged")
    assert told.to == lead_of(file).email
    assert "Tous les partenaires se sont engagés." in told.body


def test_a_company_signs_no_republican_commitment(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    Structure.objects.filter(pk=structure.pk).update(family="commercial")
    partner = engage(invited(file, Who(structure=structure)), keeper, commits=False)
    assert partner.engaged_at == NOW
    assert partner.commitment_at is None


def test_nobody_signs_for_a_structure_that_they_do_not_administer(cast: Cast) -> None:
    file = file_in(cast)
    structure, _keeper = known(cast)
    member = make_user()
    make_membership(structure, member, kind="member")
    partner = invited(file, Who(structure=structure))
    for person in (lead_of(file), member, make_user()):
        with pytest.raises(StepRefused):
            engage(partner, person)
    assert not_engaged(file) == [partner]


def outsider(cast: Cast) -> tuple[Application, Partner, User, str]:
    file = file_in(cast)
    contact = make_user("contact@dehors.example")
    who = Who(
        name="Les Amis", siret=make_siret(make_siren()), contact_email="Contact@dehors.example"
    )
    partner = invited(file, who)
    (letter,) = Letter.objects.filter(kind="calls.partner_invited")
    assert letter.to == "contact@dehors.example"
    return file, partner, contact, key_in(letter)


def test_a_contact_out_of_the_directory_comes_by_the_key_and_signs(cast: Cast) -> None:
    _file, partner, contact, key = outsider(cast)
    with pytest.raises(StepRefused):
        engage(partner, contact)
    with pytest.raises(StepRefused, match="autre adresse"):
        engaging.join_by_key(key, by=make_user(), now=NOW)
    engaging.join_by_key(key, by=contact, now=NOW)
    engaging.join_by_key(key, by=contact, now=NOW)
    assert Writer.objects.get(user=contact).kind == "reader"
    engage(partner, contact)
    assert JournalEntry.objects.filter(action="partner_joined").count() == 1
    assert Partner.objects.get(pk=partner.pk).engaged_by == contact


def test_an_expired_key_opens_nothing_and_gives_a_new_one(cast: Cast) -> None:
    _file, partner, contact, key = outsider(cast)
    late = NOW + timedelta(days=14)
    with pytest.raises(StepRefused, match="plus valable"):
        engaging.join_by_key(key, by=contact, now=late)
    assert engaging.send_new_link(key, now=late) == partner
    newest = Letter.objects.filter(kind="calls.partner_invited").latest("pk")
    assert key_in(newest) != key
    assert engaging.partner_of_key(key) is None
    assert engaging.join_by_key(key_in(newest), by=contact, now=late) == partner
    assert engaging.send_new_link("inconnue", now=late) is None


def test_a_key_still_open_sends_no_second_letter(cast: Cast) -> None:
    _file, _partner, _contact, key = outsider(cast)
    engaging.send_new_link(key, now=NOW)
    assert Letter.objects.filter(kind="calls.partner_invited").count() == 1


@pytest.mark.parametrize(
    ("changed", "falls"),
    [
        (Share(PartnerRole.FUNDED, Decimal(30), Decimal(3600), "Tenir les ateliers"), True),
        (Share(PartnerRole.FUNDED, Decimal(40), Decimal(3599), "Tenir les ateliers"), True),
        (Share(PartnerRole.FUNDED, Decimal(40), Decimal(3600), "Autre chose"), True),
        (Share(PartnerRole.UNFUNDED, None, None, "Tenir les ateliers"), True),
        (
            Share(PartnerRole.FUNDED, Decimal(40), Decimal(3600), "Tenir les ateliers", "editor"),
            False,
        ),
    ],
)
def test_what_was_signed_is_signed_again_when_it_changes(
    cast: Cast,
    changed: Share,
    falls: bool,
) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    partner = engage(invited(file, Who(structure=structure)), keeper)
    fell = partners.change_partner(
        partner, changed, by=lead_of(file), now=NOW, version=partner.version
    )
    assert fell == falls
    assert bool(not_engaged(file)) == falls
    letters = Letter.objects.filter(kind="calls.partner_changed", to=keeper.email)
    assert letters.count() == int(falls)
    if not falls:
        assert Writer.objects.get(user=keeper).kind == "editor"


def test_two_people_who_change_the_same_partner_do_not_overwrite_each_other(cast: Cast) -> None:
    file = file_in(cast)
    partner = invited(file, Who(structure=known(cast)[0]))
    lead = lead_of(file)
    partners.change_partner(partner, HALF, by=lead, now=NOW, version=0)
    with pytest.raises(StepRefused, match="entre-temps"):
        partners.change_partner(partner, HALF, by=lead, now=NOW, version=0)


def test_nobody_signs_what_changed_under_their_eyes(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    partner = invited(file, Who(structure=structure))
    other = Share(PartnerRole.FUNDED, Decimal(10), Decimal(900), "Autre chose")
    partners.change_partner(partner, other, by=lead_of(file), now=NOW, version=0)
    with pytest.raises(StepRefused, match="relisez"):
        engage(partner, keeper, version=0)


def test_a_refusal_takes_the_partner_out_and_tells_why(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    partner = invited(file, Who(structure=structure))
    engaging.refuse(partner, by=keeper, now=NOW, reason="Pas cette année.", version=0)
    assert not_engaged(file) == []
    assert "« Pas cette année. »" in Letter.objects.get(kind="calls.partner_refused").body
    # Asked again, it answers again.
    again = invited(file, Who(structure=structure))
    assert again.pk != partner.pk
    assert not_engaged(file) == [again]


def test_the_same_structure_or_number_comes_once(cast: Cast) -> None:
    file = file_in(cast)
    structure, _keeper = known(cast)
    siret = make_siret(make_siren())
    invited(file, Who(structure=structure))
    invited(file, Who(name="Dehors", siret=siret, contact_email="a@dehors.example"))
    with pytest.raises(ValidationError, match="déjà dans la candidature"):
        invited(file, Who(structure=structure))
    with pytest.raises(ValidationError, match="déjà dans la candidature"):
        invited(file, Who(name="Encore", siret=siret, contact_email="b@dehors.example"))


def test_shares_make_a_hundred_and_amounts_what_is_asked(cast: Cast) -> None:
    file = file_in(cast)  # 9 000 € asked
    assert shares_problem(file) == ""
    invited(file, Who(structure=known(cast)[0]))
    assert shares_problem(file) == "Les parts font 140 % : elles doivent faire 100 %."
    lead = {"by": lead_of(file), "now": NOW, "redistributes": False}
    partners.change_lead(file, share=Decimal(60), amount=Decimal(5000), **lead)
    assert shares_problem(file).startswith("Les montants des partenaires font 8")
    partners.change_lead(file, share=Decimal(60), amount=Decimal(5400), **lead)
    assert shares_problem(file) == ""


def test_passing_the_money_through_the_lead_is_signed_by_all_again(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    engage(invited(file, Who(structure=structure)), keeper)
    partners.change_lead(
        file, share=Decimal(60), amount=Decimal(5400), redistributes=True, by=lead_of(file), now=NOW
    )
    assert [one.name for one in not_engaged(file)] == ["La Bricothèque"]


def test_a_partner_is_reminded_once_a_day(cast: Cast) -> None:
    file, partner, contact, _key = outsider(cast)
    partners.remind_partner(partner, by=lead_of(file), now=NOW)
    with pytest.raises(StepRefused, match="laissez-lui un jour"):
        partners.remind_partner(partner, by=lead_of(file), now=NOW + timedelta(hours=23))
    partners.remind_partner(partner, by=lead_of(file), now=NOW + timedelta(hours=25))
    sent = Letter.objects.filter(kind="calls.partner_invited", to=contact.email)
    assert sent.count() == 3


def test_a_partner_taken_out_reads_no_more(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    partner = engage(invited(file, Who(structure=structure)), keeper)
    assert Application.objects.written_by(keeper).count() == 1
    partners.remove_partner(partner, by=lead_of(file), now=NOW)
    assert Application.objects.written_by(keeper).count() == 0
    assert Letter.objects.filter(kind="calls.partner_removed", to=keeper.email).count() == 1
    with pytest.raises(StepRefused, match="ne se retire pas"):
        partners.remove_partner(file.partners.get(role="lead"), by=lead_of(file), now=NOW)


def test_nothing_moves_once_the_deposit_is_closed(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    partner = invited(file, Who(structure=structure))
    late = file.edition.closes_at
    with pytest.raises(StepRefused):
        partners.add_partner(
            file,
            Who(name="Tard", contact_email="t@dehors.example"),
            HALF,
            by=lead_of(file),
            now=late,
        )
    with pytest.raises(StepRefused):
        engaging.engage(
            partner, by=keeper, now=late, signed_as="Présidente", commits=True, version=0
        )
    Application.objects.filter(pk=file.pk).update(status=ApplicationStatus.WITHDRAWN)
    with pytest.raises(StepRefused):
        partners.remove_partner(partner, by=lead_of(file), now=NOW)


def test_a_partner_does_not_settle_the_partners(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    partner = engage(
        invited(
            file, Who(structure=structure), Share("funded", Decimal(1), Decimal(1), "x", "editor")
        ),
        keeper,
    )
    with pytest.raises(StepRefused, match="chef de file"):
        partners.change_partner(partner, HALF, by=keeper, now=NOW, version=partner.version)


# Pages. `now` of the pages is the clock: the edition of the factories is open around NOW only, so that pages that
# write say it is closed; what they show and to whom is what is tried here.


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def test_strangers_find_no_page(cast: Cast) -> None:
    file = file_in(cast)
    partner = invited(file, Who(structure=known(cast)[0]))
    stranger = signed_in(make_user())
    agent = cast.client("chloe")
    for browser in (stranger, agent):
        for address in (page("list", file.pk), page("add", file.pk), page("one", partner.pk)):
            assert browser.get(address).status_code == 404, address


def test_pages_show_the_lead_and_the_partner_what_each_may_do(cast: Cast) -> None:
    file = file_in(cast)
    structure, keeper = known(cast)
    partner = invited(file, Who(structure=structure))
    lead = signed_in(lead_of(file))
    listed = lead.get(page("list", file.pk)).content.decode()
    assert "Engagement attendu" in listed
    assert page("remind", partner.pk) in listed
    theirs = signed_in(keeper).get(page("one", partner.pk)).content.decode()
    assert "Tenir les ateliers" in theirs
    assert page("sign", partner.pk) in theirs
    assert signed_in(keeper).get(page("edit", partner.pk)).status_code == 404


def test_the_link_of_a_letter_does_nothing_when_it_is_only_opened(cast: Cast) -> None:
    _file, partner, contact, key = outsider(cast)
    Partner.objects.filter(pk=partner.pk).update(key_expires_at=NOW + timedelta(days=9999))
    address = page("invitation", key)
    assert "Se connecter" in Client().get(address).content.decode()
    assert "autre adresse" in signed_in(make_user()).get(address).content.decode()
    assert not Writer.objects.filter(partner=partner).exists()
    browser = signed_in(contact)
    assert "Lire la proposition" in browser.get(address).content.decode()
    assert browser.post(address).url == page("one", partner.pk)
    assert Writer.objects.filter(partner=partner).count() == 1


def test_an_old_link_offers_a_new_one(cast: Cast) -> None:
    _file, partner, _contact, key = outsider(cast)
    Partner.objects.filter(pk=partner.pk).update(key_expires_at=NOW - timedelta(days=1))
    browser = Client()
    assert "plus valable" in browser.get(page("invitation", key)).content.decode()
    assert browser.post(page("new_link", key)).status_code == 200
    assert Letter.objects.filter(kind="calls.partner_invited").count() == 2


def test_a_proposal_is_typed_and_nothing_is_lost_when_it_is_refused(cast: Cast) -> None:
    file = file_in(cast)
    lead = signed_in(lead_of(file))
    typed = {
        "name": "Les Amis",
        "siret": "123",
        "contact_email": "a@dehors.example",
        "role": "funded",
        "tasks": "Aider",
        "access": "reader",
    }
    answer = lead.post(page("add", file.pk), typed)
    said = answer.content.decode()
    assert "Ce SIRET n&#x27;existe pas" in said
    assert "dites la part" in said
    assert 'value="Les Amis"' in said
    assert file.partners.count() == 1
