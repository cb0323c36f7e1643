"""The table of roles: what each person is, in a space and out of one."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import RequestFactory

from maillage.core.models import JournalEntry
from maillage.spaces.access import act_of, allowed, roles_at
from maillage.spaces.actions import SpaceError, entrust_vocabulary, grant_role
from maillage.spaces.models import Role
from maillage.spaces.permissions import may, roles_of
from maillage.spaces.permissions.matrix import ACTS, DEFINITIONS, GROUPS, Who
from tests.factories import NOW, Cast, Crowd
from tests.house.files import ROOT

EVERYWHERE = {
    "denis": {Who.RESIDENT},
    "paule": {Who.RESIDENT, Who.PROJECT_HOLDER},
    "host": {Who.RESIDENT, Who.HOST},
    "ines": {Who.RESIDENT},
    "aicha": {Who.RESIDENT},
}
IN_THE_SPACE = EVERYWHERE | {
    "ines": {Who.RESIDENT, Who.PARTNER},
    "jules": {Who.RESIDENT, Who.JUROR},
    "chloe": {Who.RESIDENT, Who.AGENT},
    "aicha": {Who.RESIDENT, Who.ADMINISTRATOR, Who.VOCABULARY_KEEPER},
    "bruno": {Who.RESIDENT},
}


@pytest.mark.django_db
def test_what_each_person_is(crowd: Crowd):
    assert roles_of(AnonymousUser(), crowd.space) == {Who.VISITOR}
    assert {name: roles_of(getattr(crowd, name)) for name in EVERYWHERE} == EVERYWHERE
    here = {name: roles_of(getattr(crowd, name), crowd.space) for name in IN_THE_SPACE}
    assert here == IN_THE_SPACE


@pytest.mark.django_db
def test_roles_are_read_once_a_request(crowd: Crowd, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user, request.space = crowd.aicha, crowd.space
    with django_assert_num_queries(1):
        assert roles_at(request) == roles_at(request) == IN_THE_SPACE["aicha"]


@pytest.mark.django_db
def test_a_refusal_says_why(cast: Cast):
    assert may("space.manage", cast.chloe, cast.space)
    refused = may("space.administer", cast.chloe, cast.space)
    assert not refused
    assert (
        refused.reason == "Cette page est réservée aux administrateurs de l'espace Val de Bièvre."
    )
    assert not may("host.audit", cast.aicha)
    assert may("host.audit", cast.host)


@pytest.mark.one_engine
def test_every_role_is_defined_and_every_act_has_a_group():
    assert set(DEFINITIONS) == set(Who)
    assert {act.group for act in ACTS.values()} == set(GROUPS)
    assert [act.code for act in ACTS.values() if not act.who] == []


@pytest.mark.one_engine
def test_docs_roles_is_what_the_command_prints(capsys):
    call_command("roles")
    assert capsys.readouterr().out == (ROOT / "docs/roles.md").read_text()


@pytest.mark.one_engine
def test_a_view_says_its_act():
    def view(request):
        raise NotImplementedError

    assert act_of(view) == "account.keep"
    assert act_of(allowed("space.manage")(view)) == "space.manage"
    public = allowed("contribution.send")(view)
    assert (act_of(public), public.login_required) == ("contribution.send", False)
    with pytest.raises(KeyError):
        allowed("space.unknown")


@pytest.mark.django_db
def test_a_partner_is_of_one_sort(crowd: Crowd):
    for kind, sort in ((Role.Kind.PARTNER, ""), (Role.Kind.PARTNER, "friend"), ("agent", "buyer")):
        with pytest.raises(SpaceError, match="sorte de partenaire"):
            grant_role(crowd.space, crowd.denis, kind, by=None, now=NOW, partner_kind=sort)
    assert not Role.objects.filter(user=crowd.denis).exists()
    grant_role(crowd.space, crowd.ines, "partner", by=crowd.aicha, now=NOW, partner_kind="buyer")
    assert Role.objects.get(user=crowd.ines).partner_kind == "buyer"
    grant_role(crowd.space, crowd.ines, Role.Kind.AGENT, by=crowd.aicha, now=NOW)
    role = Role.objects.get(user=crowd.ines)
    assert (role.kind, role.partner_kind) == ("agent", "")


@pytest.mark.django_db
def test_the_vocabulary_always_has_a_keeper(cast: Cast):
    entrust_vocabulary(cast.other_space, kept=False, by=cast.host, now=NOW)
    cast.other_space.refresh_from_db()
    assert not cast.other_space.keeps_vocabulary
    entry = JournalEntry.objects.get(action="vocabulary_entrusted")
    assert (entry.changes, entry.by) == ({"keeps_vocabulary": [True, False]}, cast.host)
    with pytest.raises(SpaceError, match="est le seul à tenir"):
        entrust_vocabulary(cast.space, kept=False, by=cast.host, now=NOW)
    entrust_vocabulary(cast.space, kept=True, by=cast.host, now=NOW)
    assert JournalEntry.objects.count() == 1


@pytest.mark.django_db
def test_an_administrator_who_does_not_keep_the_vocabulary_reads_it(cast: Cast):
    cast.space.keeps_vocabulary = False
    cast.space.save()
    page = cast.client("aicha").get("/val-de-bievre/gestion/vocabulaire/")
    assert "aux administrateurs de Plaine Sud." in page.content.decode()
    assert "Synonymes" not in page.content.decode()
    refused = cast.client("aicha").get("/val-de-bievre/gestion/vocabulaire/synonymes/")
    assert refused.status_code == 403
    assert "l'hébergeur a confié leur tenue" in refused.content.decode().replace("&#x27;", "'")
