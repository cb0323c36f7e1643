"""Who may open which address of the whole installation.

Every address is declared below: one that is not makes a test fail, so that nobody adds a page
without saying for whom it is.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from maillage.accounts.models import User
from maillage.api.actions.keys import create_key
from maillage.api.models import Webhook
from maillage.core import journal
from maillage.directory.models import Booklet
from maillage.moderation.models import Contribution, Restriction
from maillage.notices.models import Issue
from maillage.observatory.models import DeclaredNeed, SavedReport, WorkingFile
from maillage.sources.models import ImportRun, Match, Suggestion
from maillage.spaces.models import ProcessingActivity, RightsRequest, Role
from maillage.structures.enums import Proof
from maillage.structures.models import (
    Activity,
    CallNote,
    Claim,
    Membership,
    Synonym,
    Term,
)
from tests.calls.addresses import call_arguments, jury_arguments
from tests.calls.doors import AGENTS_OF_CALLS, CALL_ACTS, calls_of, reading_arguments
from tests.factories import (
    NOW,
    Cast,
    Crowd,
    make_establishment,
    make_label,
    make_membership,
    make_sourced,
    make_structure,
    make_term,
    signed_in,
)

pytestmark = pytest.mark.django_db

PUBLIC = "anyone"  # anyone; in a space that is not open, its agents only
SIGNED = "signed in"
AGENT = "agent of the space"
READER = "partner, juror or agent of the space: what is given to read is then theirs alone"
ADMINISTRATOR = "administrator of the space"
HOST = "host"
MEMBER = "member of the structure"
KEEPER = "administrator of the structure"

AUDIENCES = {
    PUBLIC: """
        jury:room
        account_login account_logout account_inactive account_signup account_reset_password
        account_reset_password_done account_reset_password_from_key
        account_reset_password_from_key_done
        account_request_login_code account_confirm_login_code account_email_verification_sent
        account_language account_email_agree account_proconnect account_proconnect_back mfa_login_webauthn mfa_authenticate
        core:health core:charter core:upload
        directory_site:sitemap_index directory_site:sitemap directory_site:robots
        calls:list calls:feed calls:detail calls:calendar calls:rules_pdf
        directory:list directory:map directory:sector directory:municipality directory:points
        directory:export directory:perimeter directory:feed directory:card directory:structure
        directory:structure_qr directory:structure_vcard directory:structure_hours
        directory:around directory:booklet directory:booklet_one directory:booklet_file
        directory:booklet_again directory:outline
        embeds:builder embeds:framed embeds:framed_item oembed:answer
        reports:list reports:territory reports:territory_pdf reports:commune reports:commune_pdf
        reports:summary reports:summary_pdf reports:gap reports:gap_pdf
        portal:home portal:accessibility portal:space_home portal:legal portal:space_accessibility
        portal:data portal:claim portal:invitation applications:invitation
        privacy:personal_data privacy:register_csv privacy:ask privacy:asked privacy:contact
        privacy:contacted privacy:site_map privacy:measure privacy:erased
        spaces:theme spaces:logo
        moderation_follow:follow moderation_public:propose moderation_public:sent
        moderation_public:notice moderation_public:correct moderation_public:closed
        moderation_public:report moderation_public:notice_of
        portal:reminder portal:reminder_answer portal:reminder_correct portal:reminder_stop
        declared:say declared:thanks declared:list declared:feed declared:one declared:echo
        gaps:home gaps:place gaps:need gaps:gap gaps:communes gaps:cells gaps:export gaps:method
        gaps:opportunities
        inbox:stop news:letters news:issue news:confirm news:stop
        api_root:landing api_root:openapi api_root:docs
        api_root:spaces api_root:space api_root:structures api_root:structure
        api_root:structures_geojson api_root:establishments
        api_root:data_inclusion_structures api_root:data_inclusion_services
        api_root:data_inclusion_report api_root:murmurations api_root:murmurations_profile
        api_root:structures_jsonld api_root:taxonomies_ttl api_root:taxonomies_jsonld
        api_root:schema_annuaire api_root:schema_figures api_root:schema_gaps
        api_root:dumps api_root:dump api_root:catalogue_ttl
        api_root:catalogue_jsonld
        api_root:taxonomies api_root:needs api_root:figures api_root:sourced_figures api_root:gaps
        api_root:gaps_measured api_root:gaps_unknown api_root:gaps_declared api_root:imports
        calls:form_pdf
        grants:list grants:csv grants:xlsx grants:schema grants:network grants:laureate grants:results
        observatory:home observatory:figure observatory:export observatory:compare
        partners:invitation partners:new_link eligibility:start
        api_root:corrections api_root:calls api_root:grants
        api_root:ogc api_root:ogc_conformance api_root:ogc_collections api_root:ogc_collection
        api_root:ogc_items api_root:ogc_item
    """,
    SIGNED: """
        privacy:my_data privacy:all_my_data privacy:export privacy:ask_mine privacy:erase
        privacy:withdraw
        account_home account_profile account_change_password account_set_password
        account_security account_protect account_devices account_end_device account_email
        account_reauthenticate mfa_index mfa_list_webauthn mfa_reauthenticate
        mfa_reauthenticate_webauthn mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes
        mfa_download_recovery_codes mfa_generate_recovery_codes mfa_add_webauthn
        mfa_edit_webauthn mfa_remove_webauthn
        portal:after_login portal:act_for
        moderation_account:mine moderation_account:one
        inbox:list inbox:letter inbox:mark inbox:mark_all inbox:preferences inbox:follows
        member:mine member:claim member:claim_proof member:resend_code member:withdraw_claim
        news:follow directory:save_search searches:list searches:change
        subsidies:list subsidies:agenda subsidies:paper subsidies:application_pdf subsidies:report
        subsidies:report_file subsidies:attached subsidies:report_pdf subsidies:one
        subsidies:signed_copy subsidies:act
        allies:list allies:say allies:withdraw allies:group allies:write allies:apply
        partners:list partners:add partners:lead partners:one partners:sign partners:refuse
        partners:read partners:edit partners:remove partners:remind
        applications:list applications:begin applications:one applications:section applications:save
        applications:presence applications:history applications:file applications:writers
        applications:remove_writer applications:message applications:message_file
        applications:deposit applications:receipt applications:receipt_pdf applications:correct
        applications:withdraw applications:second_stage applications:calendar
    """,
    MEMBER: """
        member:home member:leave
        member:edit member:check member:terms member:places member:new_establishment
        member:establishment member:hours member:kept member:kept_new member:kept_item
        member:kept_move member:kept_remove member:draft member:drop_draft member:history
        member:restore_version
    """,
    KEEPER: """
        member:members member:invite member:uninvite member:member member:member_claim
    """,
    AGENT: """
        editions:list editions:new editions:programmes editions:new_programme editions:programme
        editions:envelopes editions:new_envelope editions:envelope editions:one editions:step
        editions:team editions:closing editions:preview editions:rules_pdf editions:extend
        editions:erratum editions:cancel editions:advance
        grants:publication
        callforms:home callforms:build callforms:start callforms:act callforms:undo
        callforms:add_section callforms:section callforms:add callforms:question callforms:sample
        callforms:preview callforms:export callforms:import callforms:versions callforms:publish
        callforms:drop callforms:pdf
        awards:list awards:export awards:agenda awards:notify awards:progress awards:waiting awards:delays
        awards:reasons awards:letter awards:application_pdf awards:words awards:words_edit
        awards:words_preview awards:words_restore awards:payments awards:payments_export awards:payment
        awards:reports awards:report awards:report_pdf awards:report_file awards:report_act awards:paper
        awards:recovery awards:one awards:signed_copy awards:act
        sources:list sources:new sources:upload sources:doubts sources:decide_doubt
        sources:suggestions sources:decide_suggestion sources:run sources:columns sources:progress
        sources:apply sources:undo sources:read_again sources:issues
        moderation:queue moderation:item moderation:bulk moderation:attach moderation:undo
        moderation:act moderation:restrict moderation:reasons moderation:reason moderation:log
        moderation:register moderation:lift
        figures:list figures:enter figures:edit figures:remove figures:upload figures:preview
        figures:batch figures:undo figures:snapshots
        files:list files:export files:open files:declared files:bulk files:declared_one
        files:undo_declared files:decide files:one files:print files:act
        outbox:list outbox:retry outbox:texts outbox:text
        manage:calls manage:calls_csv manage:record_call manage:snooze_call manage:take_call
        manage:undo_call manage:closures manage:decide_closures
        manage:freshness manage:freshness_csv
        needs:list
        aids:list aids:upload aids:preview aids:batch aids:undo
        readings:home readings:list readings:share readings:file readings:give readings:declare
        readings:act readings:jurors readings:juror readings:leave readings:interests
        readings:settle readings:texts
        jury:list jury:edition jury:start jury:ranking jury:fairness jury:decision jury:back
        jury:create jury:scenarios jury:create_scenario jury:scenario jury:act_scenario
        jury:session jury:change jury:screen jury:minutes jury:signed_copy jury:act jury:file
        jury:clock
        privacy:rights privacy:rights_one privacy:rights_page privacy:audience privacy:audience_csv
        issues:list issues:edit issues:preview issues:send
        reports:new reports:saved reports:saved_pdf reports:edit reports:copy reports:forget
        manage:dashboard manage:structures manage:new_structure manage:bulk manage:structure
        manage:history manage:edit manage:check manage:terms manage:membership
        manage:places manage:hours manage:kept manage:kept_new manage:kept_item manage:kept_move
        manage:kept_remove manage:draft manage:drop_draft manage:restore_version
        manage:new_establishment manage:establishment manage:new_label manage:remove_label
        manage:archive manage:cease manage:restore manage:merge_choose manage:merge manage:unmerge
        manage:vocabulary manage:vocabulary_axis manage:legal_categories manage:activities
        manage:claims manage:claim manage:accept_claim manage:refuse_claim manage:ask_proof
        manage:claim_code manage:remove_member
    """
    + AGENTS_OF_CALLS,
    ADMINISTRATOR: """
        privacy:legal privacy:statement privacy:register privacy:new_sheet privacy:own_sheet
        privacy:drop_sheet privacy:sheet privacy:durations
        needs:new needs:edit needs:put_aside needs:take_back
        api_agent:keys api_agent:new_key api_agent:revoke_key
        manage:new_term manage:term manage:synonyms manage:synonym manage:remove_synonym
        manage:legal_category manage:activity
        manage:identity manage:look manage:logo manage:perimeter manage:people manage:invite
        manage:person manage:journal manage:embedding
        api_agent:webhooks api_agent:new_webhook api_agent:webhook api_agent:change_webhook
        api_agent:ping_webhook api_agent:pause_webhook api_agent:resume_webhook
        api_agent:webhook_secret api_agent:remove_webhook api_agent:send_again
    """,
    READER: """
        reviews:home reviews:call reviews:charter reviews:sheet reviews:sheet_in
        reviews:session reviews:session_calendar
        reviews:sheet_write reviews:one reviews:declare reviews:draft reviews:submit reviews:piece
    """,
    HOST: "portal:journal",
}
AUDIENCE = {name: audience for audience, names in AUDIENCES.items() for name in names.split()}
LATER = NOW + timedelta(days=3650)
POST_ONLY = frozenset(
    [
        *CALL_ACTS,
        "needs:put_aside",
        "needs:take_back",
        "api_agent:revoke_key",
        "api_root:corrections",
        "moderation:bulk",
        "moderation:act",
        "moderation:undo",
        "moderation:lift",
        "declared:echo",
        "files:bulk",
        "files:undo_declared",
        "files:decide",
        "files:act",
        "account_language",
        "account_proconnect",
        "account_end_device",
        "privacy:export",
        "privacy:withdraw",
        "privacy:measure",
        "privacy:rights_page",
        "privacy:drop_sheet",
        "manage:bulk",
        "manage:record_call",
        "manage:snooze_call",
        "manage:take_call",
        "manage:undo_call",
        "manage:decide_closures",
        "portal:reminder_answer",
        "portal:act_for",
        "manage:check",
        "member:check",
        *(
            f"{side}:{name}"
            for side in ("manage", "member")
            for name in ("draft", "drop_draft", "kept_move")
        ),
        "manage:restore",
        "manage:unmerge",
        "manage:remove_synonym",
        "manage:logo",
        "manage:claim_code",
        "member:resend_code",
        "member:withdraw_claim",
        "member:uninvite",
        "sources:decide_doubt",
        "figures:undo",
        *(f"callforms:{name}" for name in ("start", "act", "undo", "sample", "publish", "drop")),
        "sources:decide_suggestion",
        "sources:apply",
        "sources:undo",
        "sources:read_again",
        "inbox:mark",
        "searches:change",
        "directory:booklet_again",
        "reports:copy",
        "reports:forget",
        "inbox:mark_all",
        "outbox:retry",
        *(
            f"api_agent:{name}"
            for name in (
                "ping_webhook",
                "pause_webhook",
                "resume_webhook",
                "webhook_secret",
                "send_again",
            )
        ),
    ]
)
OF_A_CLAIM = ("claim", "claim_proof", "resend_code", "withdraw_claim")
EVERYONE = ("", "denis", "bruno", "host", "chloe", "aicha", "nadia", "marc")


def patterns(
    found: list[URLPattern | URLResolver], space: str = "", parents: tuple[str, ...] = ()
) -> Iterator[tuple[str, set[str]]]:
    """Every (name, parameters) of a URL configuration, the library's administration left out."""
    for one in found:
        if isinstance(one, URLResolver):
            if one.namespace == "admin":
                continue
            inner = f"{one.namespace}:" if one.namespace else space
            known = (*parents, *one.pattern.regex.groupindex)
            yield from patterns(one.url_patterns, inner, known)
        else:
            yield f"{space}{one.name}", {*parents, *one.pattern.regex.groupindex}


ADDRESSES = dict(patterns(get_resolver().url_patterns))


def test_every_address_is_declared_and_every_declaration_exists():
    assert set(ADDRESSES) == set(AUDIENCE)


def test_post_only_addresses_exist():
    assert set(ADDRESSES) >= POST_ONLY


@pytest.fixture
def cast(crowd: Crowd) -> Crowd:
    """Everyone of the stories."""
    return crowd


def arguments_in(cast: Crowd, space, agent: User) -> dict[str, dict[str, object]]:
    structure = make_structure("La Fabrique", in_space=space)
    other = make_structure("La Fabrique bis", in_space=space)
    merged = make_structure("La Fabrique ter", in_space=space, merged_into=structure)
    claim = Claim.objects.create(
        structure=structure, user=cast.paule, proof=Proof.WORD, message="Bonjour", created_at=NOW
    )
    keeper = make_membership(structure, cast.theo)
    if space == cast.space:
        make_membership(structure, cast.nadia)
        make_membership(structure, cast.marc, kind=Membership.Kind.MEMBER)
    label = make_label(structure, make_term("label", "lab-esus", "ESUS"))
    run = ImportRun.objects.create(
        space=space, connector="table", status=ImportRun.Status.PLANNED, created_at=NOW
    )
    figure = make_sourced(space)
    match = Match.objects.create(
        space=space,
        run=run,
        structure=structure,
        record={
            "siren": "",
            "rna": "",
            "fields": {"name": "La Fabrik"},
            "terms": [],
            "labels": [],
            "establishments": [],
        },
        score=0.8,
        fingerprint=f"paire-{space.pk}",
    )
    suggestion = Suggestion.objects.create(
        run=run, structure=structure, field="phone", current="", proposed="01", source="table"
    )
    contribution = Contribution.objects.create(
        space=space,
        structure=structure,
        subject="La Fabrique",
        kind="correct",
        state="open",
        created_at=NOW,
    )
    call = CallNote.objects.create(
        structure=structure, space_id=space.pk, by=agent, at=NOW, outcome="no_answer"
    )
    issue = Issue.objects.create(
        space=space, number=1, title="La lettre", since=NOW, created_at=NOW, sent_at=NOW
    )
    restriction = Restriction.objects.create(
        space=space,
        structure=structure,
        measure="page",
        target="page",
        ground="rules",
        ground_text="Règle",
        facts="Faits",
        by=agent,
        at=NOW,
    )
    booklet = Booklet.objects.create(
        space=space, key=f"livret-{space.pk}", title="Livret", asked_at=NOW, expires_at=LATER
    )
    declared = DeclaredNeed.objects.create(
        space=space, text="Vélos", municipality_code="93055", said_at=NOW, state="published"
    )
    file = WorkingFile.objects.create(
        space=space,
        need_code="velo",
        place_kind="commune",
        place_code="93055",
        title="Vélos",
        opened_by=agent,
        opened_at=NOW,
    )
    kept = SavedReport.objects.create(
        space=space, title="Bilan", sections=["figures"], by=agent, saved_at=NOW
    )
    base = {"space": space.slug, "pk": structure.pk}
    api_key = create_key(
        space,
        name="Clé",
        scopes=["corrections:write"],
        expires_on=date(2027, 6, 1),
        by=agent,
        now=NOW,
    ).key
    missing = {"need": "creche", "place": "93055"}
    asked = RightsRequest.objects.create(
        space=space,
        right="opposition",
        reason="x",
        email="a@b.test",
        received_at=NOW,
        due_on=NOW.date(),
    )
    sheet = ProcessingActivity.objects.create(space=space, name="Fiche", updated_at=NOW)
    return {
        "api_agent:revoke_key": {"pk": api_key.pk},
        "privacy:rights_one": {"pk": asked.pk},
        "privacy:rights_page": {"pk": asked.pk},
        "privacy:own_sheet": {"pk": sheet.pk},
        "privacy:drop_sheet": {"pk": sheet.pk},
        "privacy:sheet": {"code": "comptes"},
        "privacy:withdraw": {"pk": 1},
        "": base,
        **{f"declared:{name}": {"pk": declared.pk} for name in ("one", "echo")},
        **{f"files:{name}": {"pk": declared.pk} for name in ("declared_one", "undo_declared")},
        "files:decide": {"pk": declared.pk, "verb": "refuser"},
        **{f"files:{name}": {"pk": file.pk} for name in ("one", "print")},
        "files:act": {"pk": file.pk, "verb": "noter"},
        "reports:commune": {"commune": "93055"},
        "reports:commune_pdf": {"commune": "93055"},
        "reports:gap": missing,
        "reports:gap_pdf": missing,
        **{
            f"reports:{name}": {"pk": kept.pk}
            for name in ("saved", "saved_pdf", "edit", "copy", "forget")
        },
        **{f"gaps:{name}": missing for name in ("place", "need", "gap", "communes", "cells")},
        **{f"needs:{name}": {"code": "creche"} for name in ("edit", "put_aside", "take_back")},
        **desk_arguments(structure, base),
        **calls_of(space, agent),
        **call_arguments(space),
        "manage:remove_label": base | {"label": label.pk},
        "manage:merge": base | {"other": other.pk},
        "manage:unmerge": base | {"other": merged.pk},
        "manage:vocabulary_axis": {"axis": "sector"},
        "portal:invitation": {"key": "rien"},
        **{f"member:{name}": {"claim": claim.pk} for name in OF_A_CLAIM},
        "member:uninvite": base | {"invitation": 1},
        "member:member": base | {"member": keeper.pk},
        "member:member_claim": base | {"claim": claim.pk},
        **{
            f"manage:{name}": {"pk": claim.pk}
            for name in ("claim", "accept_claim", "refuse_claim", "ask_proof", "claim_code")
        },
        "manage:remove_member": base | {"member": keeper.pk},
        "portal:claim": {"slug": structure.slug},
        "manage:new_term": {"axis": "sector"},
        "manage:term": {"pk": Term.objects.filter(axis="sector").first().pk},
        "manage:synonym": {"pk": Synonym.objects.first().pk},
        "manage:remove_synonym": {"pk": Synonym.objects.first().pk},
        "manage:legal_category": {"code": "9220"},
        "manage:activity": {"pk": Activity.objects.first().pk},
        "manage:person": {"pk": Role.objects.get(space=space, user=agent).pk},
        "directory:sector": {"code": Term.objects.filter(axis="sector").first().code},
        "directory:municipality": {"code": "93055"},
        "directory:export": {"extension": "csv"},
        **{f"directory:booklet_{name}": {"key": booklet.key} for name in ("one", "file", "again")},
        "directory:card": {"structure_id": structure.pk},
        "directory:structure": {"slug": structure.slug},
        "directory:structure_qr": {"slug": structure.slug},
        "directory:structure_vcard": {"slug": structure.slug},
        "directory:structure_hours": {"slug": structure.slug},
        "directory_site:sitemap": {"slug": space.slug},
        # The API reads a space as a visitor does, whoever asks: its addresses name it `slug`.
        **{
            name: {
                "slug": space.slug,
                "structure_id": structure.pk,
                "collection": f"structures-{space.slug}",
                "feature_id": structure.pk,
                "name": "absent.zip",
            }
            for name in AUDIENCE
            if name.startswith("api_root:")
        },
        **webhook_arguments(space, agent),
        "embeds:framed": {"kind": "carte"},
        "embeds:framed_item": {"kind": "structure", "item": structure.slug},
        "core:upload": {"name": "inconnu.pdf"},
        **{
            f"moderation:{name}": {"pk": contribution.pk}
            for name in ("item", "attach", "undo", "restrict")
        },
        "moderation:act": {"pk": contribution.pk, "verb": "noter"},
        "moderation:reason": {"code": "double"},
        "moderation:register": {"year": 2026},
        "moderation:lift": {"pk": restriction.pk},
        "moderation_account:one": {"pk": contribution.pk},
        "moderation_follow:follow": {"key": "rien"},
        **{
            f"moderation_public:{name}": {"slug": structure.slug}
            for name in ("correct", "closed", "report", "notice_of")
        },
        "account_email_agree": {"key": "rien"},
        "manage:undo_call": {"call": call.pk},
        "portal:reminder": {"key": "rien"},
        "portal:reminder_answer": {"key": "rien"},
        "portal:reminder_correct": {"key": "rien"},
        "portal:reminder_stop": {"key": "rien"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "rien"},
        "inbox:stop": {"key": "rien"},
        "news:confirm": {"key": "rien"},
        "news:stop": {"key": "rien"},
        "news:issue": {"number": 1},
        **{f"issues:{name}": {"pk": issue.pk} for name in ("edit", "preview", "send")},
        "news:follow": {"kind": "structure", "value": structure.pk},
        "outbox:text": {"kind": "notices.news"},
        "sources:upload": {"source": "table"},
        "observatory:figure": {"indicator": "jobs"},
        "observatory:export": {"indicator": "jobs", "extension": "csv"},
        **reading_arguments(space, AUDIENCE),
        **jury_arguments(space),
        "figures:preview": {"key": "rien"},
        **{f"figures:{name}": {"pk": figure.pk} for name in ("edit", "remove")},
        **{f"figures:{name}": {"pk": figure.batch_id} for name in ("batch", "undo")},
        "sources:decide_doubt": {"pk": match.pk},
        "sources:decide_suggestion": {"pk": suggestion.pk},
        **{
            f"sources:{name}": {"pk": run.pk}
            for name in ("run", "columns", "progress", "apply", "undo", "read_again", "issues")
        },
    }


def webhook_arguments(space, agent: User) -> dict[str, dict[str, object]]:
    webhook = Webhook.objects.create(
        space=space, url="https://ville.example/", salt="sel", by=agent, created_at=NOW
    )
    call = webhook.deliveries.create(
        event_id=uuid4(),
        event="ping",
        payload={"at": ""},
        due_at=NOW,
        created_at=NOW,
        status="done",
    )
    names = {name for name in AUDIENCE if name.startswith("api_agent:") and "key" not in name}
    return {name: {"pk": webhook.pk, "delivery": call.pk} for name in names}


def desk_arguments(structure, base: dict[str, object]) -> dict[str, dict[str, object]]:
    """Addresses of the desk, the same on both sides."""
    place = {"place": make_establishment(structure, opening_hours="Mo 09:00-12:00").pk}
    row = {"kind": "services", "row": structure.services.create(name="Atelier").pk}
    entry = journal.record("edit", structure, by=None, at=NOW)
    given = {
        "establishment": place,
        "hours": place,
        "kept": row,
        "kept_new": row,
        "kept_item": row,
        "kept_move": row,
        "kept_remove": row,
        "draft": {"form": "sheet"},
        "drop_draft": {"form": "sheet"},
        "restore_version": {"entry": entry.pk},
    }
    return {
        f"{side}:{name}": base | one for name, one in given.items() for side in ("manage", "member")
    }


@pytest.mark.loose_pages
@pytest.mark.parametrize("person", EVERYONE)
def test_the_technical_administration_is_for_the_host(person: str, cast: Cast):
    client = cast.client(person)
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.get(url)
        if person == "host":
            assert answer.status_code == 200
        else:
            assert answer.status_code == 302
            assert client.get(answer["Location"]).status_code == (403 if person else 200)


def test_a_host_without_a_role_has_no_key_to_a_space(cast: Cast):
    assert signed_in(cast.host).get(f"/{cast.space.slug}/gestion/").status_code == 403
