"""Objects of the calls for the tests that open every door (`tests/portal/test_matrix.py`, `test_doors.py`)."""

from collections.abc import Iterable

from maillage.accounts.models import User
from maillage.calls.models import AidBatch, AllyGroup, Intention, RuleExample
from maillage.spaces.models import Space
from tests.calls.factories import (
    make_application,
    make_edition,
    make_juror,
    make_review,
    make_rule,
    make_submitted,
)
from tests.factories import NOW

Arguments = dict[str, dict[str, object]]
# Addresses of agents, beside those of `test_matrix.py`.
AGENTS_OF_CALLS = """
    instruction:inbox instruction:export instruction:bulk instruction:bulk_done
    instruction:bulk_undo instruction:figures instruction:routing instruction:attachment
    instruction:message_file instruction:one instruction:examine instruction:talk
    instruction:versions instruction:act
    allies:new_group allies:board allies:tell
    callrules:home callrules:choose callrules:new_rule callrules:rule callrules:new_criterion
    callrules:criterion callrules:new_example callrules:example callrules:act
"""
# Addresses that take POST only.
CALL_ACTS = [
    "awards:act",
    "awards:recovery",
    "awards:words_preview",
    "awards:words_restore",
    "instruction:act",
    "jury:act",
    "jury:act_scenario",
    "jury:clock",
    "jury:start",
    "subsidies:act",
    "subsidies:report_file",
    "allies:tell",
    "awards:payment",
    "awards:payments_export",
    "awards:report_act",
    "instruction:bulk",
    "instruction:bulk_undo",
    "jury:back",
    "jury:screen",
    "editions:advance",
    "aids:undo",
    "callrules:act",
    "allies:withdraw",
    "allies:write",
    "allies:apply",
    "partners:new_link",
    "partners:lead",
    "partners:sign",
    "partners:refuse",
    "partners:read",
    "partners:remove",
    "partners:remind",
    "applications:save",
    "applications:presence",
    "applications:remove_writer",
    "applications:correct",
    "applications:second_stage",
    "readings:give",
    "readings:act",
    "readings:leave",
    "readings:settle",
    "reviews:charter",
    "reviews:sheet_write",
    "reviews:declare",
    "reviews:draft",
    "reviews:submit",
]
OF_A_FILE = ("list", "add", "lead")
OF_A_PARTNER = ("one", "sign", "refuse", "read", "edit", "remove", "remind")


def calls_of(space: Space, agent: User) -> Arguments:
    """An edition of the space with a rule, an example and criteria, and a file with its partner."""
    edition = make_edition(space, status="draft")
    rule = make_rule(edition, "siret_alive")
    example = RuleExample.objects.create(edition=edition, label="Exemple")
    criterion = edition.criteria.first()
    ours = {"edition": edition.pk}
    aids = AidBatch.objects.create(space=space, file_name="aides.csv", source="Test", at=NOW)
    return (
        partners_of(space, agent)
        | allies_of(space, agent)
        | {
            "eligibility:start": {"slug": make_edition(space).slug},
            **{
                f"callrules:{name}": ours
                for name in ("home", "choose", "new_criterion", "new_example")
            },
            "aids:preview": {"key": "rien"},
            **{f"aids:{name}": {"pk": aids.pk} for name in ("batch", "undo")},
            "callrules:new_rule": ours | {"kind": "age"},
            "callrules:rule": ours | {"pk": rule.pk},
            "callrules:criterion": ours | {"pk": criterion.pk},
            "callrules:example": ours | {"pk": example.pk},
            "callrules:act": ours | {"what": "regle", "pk": rule.pk, "verb": "monter"},
        }
    )


def allies_of(space: Space, user: User) -> Arguments:
    """An intention of `user` and the group in which it is."""
    edition = make_edition(space)
    group = AllyGroup.objects.create(edition=edition, name="Groupe", created_at=NOW)
    said = Intention.objects.create(
        edition=edition, user=user, group=group, brings="Du temps", status="grouped", at=NOW
    )
    call = {"slug": edition.slug}
    return {
        **{f"allies:{name}": call for name in ("list", "say", "new_group")},
        "allies:withdraw": call | {"pk": said.pk},
        **{
            f"allies:{name}": call | {"pk": group.pk}
            for name in ("board", "tell", "group", "write", "apply")
        },
    }


def partners_of(space: Space, user: User) -> Arguments:
    """A file of `user` and a partner that the directory does not know."""
    file = make_application(make_edition(space), user=user)
    partner = file.partners.create(role="funded", name="Dehors", contact_email="a@dehors.example")
    return {
        **{f"partners:{name}": {"application": file.pk} for name in OF_A_FILE},
        **{f"partners:{name}": {"pk": partner.pk} for name in OF_A_PARTNER},
        **{f"partners:{name}": {"key": "rien"} for name in ("invitation", "new_link")},
    }


def reading_arguments(space: Space, names: Iterable[str]) -> Arguments:
    """A file that one person of their own reads: the jurors' pages of this number are nobody else's."""
    edition = make_edition(space, status="instruction")
    file = make_submitted(edition, status="in_review")
    juror = make_juror(edition, charter_at=NOW)
    review = make_review(file, juror)
    held = {"edition": edition.pk}
    return {
        **{name: held for name in names if name.startswith(("readings:", "reviews:"))},
        **{f"readings:{name}": held | {"pk": file.pk} for name in ("file", "give", "declare")},
        "readings:act": held | {"pk": review.pk, "verb": "reprendre"},
        **{f"readings:{name}": held | {"pk": juror.pk} for name in ("juror", "leave")},
        **{f"reviews:{name}": {"pk": review.pk} for name in ("one", "declare", "draft", "submit")},
        "reviews:piece": {"pk": review.pk, "upload": 1},
    }
