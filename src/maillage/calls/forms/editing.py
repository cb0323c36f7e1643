"""A section of a form to write in: the same for an application, a report, a correction and the preview.

What belongs to other pages of the room comes in ready: `slots` (documents, partners), `extras` (under a
field: an older text, a colleague's), `versions` (for who writes on an older answer).
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from maillage.calls.forms.answering import UNANSWERED
from maillage.calls.forms.inputs import Input, is_group, write
from maillage.calls.forms.tables import TABLES, Lines, field_html
from maillage.calls.lib.condition_check import in_words
from maillage.calls.lib.conditions import fields_of, holds
from maillage.calls.lib.form import Field, FieldType, Form, Section
from maillage.calls.lib.limits import limits_in_words
from maillage.calls.lib.problems import Problem


@dataclass(frozen=True)
class Sheet:
    """What a person sees of a form while they write it.

    `only`, when given, are the fields that may be changed: the others are shown, locked. `communes` are those of
    the lists, by code and name.
    """

    form: Form
    answers: Mapping[str, Any]
    problems: Sequence[Problem] = ()
    prefix: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    communes: Sequence[tuple[str, str]] = ()
    only: Collection[str] | None = None

    def section(self, section: Section) -> SafeString:
        """The fields of the section, without its title nor the `<form>` around."""
        return mark_safe(  # every value went through `escape`
            f"<maillage-answers data-told='{escape(self._told(section))}'"
            f' data-prefix="{escape(self.prefix)}">{"".join(self._fields(section))}</maillage-answers>'
        )

    def summary(self, sections: Collection[str] | None = None) -> SafeString:
        """What is to be put right, linked to each field; it takes the focus. Empty when all is right.

        `sections` are the codes of those on the page: a link to a field that is elsewhere leads nowhere.
        """
        here = {
            one.code: one.label
            for section in self.form.sections
            if sections is None or section.code in sections
            for one in section.fields
        }
        found = [one for one in self.problems if one.code in here]
        if not found:
            return mark_safe("")
        title = (
            "Une réponse est à revoir"
            if len(found) == 1
            else f"{len(found)} réponses sont à revoir"
        )
        items = "".join(
            f'<li><a href="#{self._target(one)}">{escape(here[one.code])}{_line_of(one)} : '
            f"{escape(one.message)}</a></li>"
            for one in found
        )
        return mark_safe(
            f'<div class="error-summary" role="alert" tabindex="-1"><h2>{title}</h2>'
            f"<ul>{items}</ul></div>"
        )

    def _target(self, problem: Problem) -> str:
        kind = self.form.field(problem.code).type
        if problem.row is None and (kind in TABLES or kind in _SLOTTED):
            return f"{problem.anchor}-group"
        return problem.anchor

    def _fields(self, section: Section) -> Iterable[str]:
        here = {one.code for one in section.fields}
        wrong: dict[str, list[Problem]] = {}
        for problem in self.problems:
            wrong.setdefault(problem.code, []).append(problem)
        for one in section.fields:
            html = self._field(one, wrong.get(one.code, []), here)
            if html:
                yield html

    def _field(self, one: Field, wrong: list[Problem], here: set[str]) -> str:
        depends_here = bool(one.condition) and not here.isdisjoint(fields_of(one.condition))
        if not depends_here and not holds(one.condition, self.answers):
            return ""
        anchor = f"f-{one.code}"
        hints = [one.help] if one.help and one.type != FieldType.NOTE else []
        if limits := limits_in_words(one):
            hints.append(limits)
        if depends_here:
            hints.insert(0, f"À remplir {in_words(one.condition, self.form)}.")
        message = " ".join(problem.message for problem in wrong if problem.row is None)
        body = self._body(one, wrong, anchor, f"{anchor}-hint" if hints else "", message)
        more = self.extras.get(one.code, "") + self._marks(one)
        if one.type == FieldType.NOTE:
            html = _note(one)
        elif one.type in _SLOTTED:
            html = field_html_of_slot(one, body, anchor, hints, message, more)
        else:
            html = field_html(one, body, anchor, hints, message, more)
        when = f" data-when='{escape(json.dumps(one.condition))}'" if depends_here else ""
        return f'<div class="question" data-question="{one.code}"{when}>{html}</div>'

    def _body(self, one: Field, wrong: list[Problem], anchor: str, hint: str, message: str) -> str:
        value = self.answers.get(one.code)
        is_locked = self.only is not None and one.code not in self.only
        if one.type in _SLOTTED:
            return self.slots.get(one.code) or _EMPTY_SLOT[one.type]
        if one.type == FieldType.NOTE:
            return ""
        if one.type in TABLES:
            return Lines(
                one, value, wrong, self.prefix,
                form=self.form, communes=self.communes, is_locked=is_locked,
            ).html()  # fmt: skip
        described = [hint] if hint else []
        if message:
            described.append(f"{anchor}-error")
        where = Input(
            name=f"{self.prefix}{one.code}",
            anchor=anchor,
            described=" ".join(described),
            is_wrong=bool(message) and not is_group(one),
            is_locked=is_locked,
            communes=self.communes,
        )
        return write(one, value, where)

    def _marks(self, one: Field) -> str:
        """Hidden inputs: that the page shows this field, and which version of its answer."""
        if one.type in UNANSWERED or (self.only is not None and one.code not in self.only):
            return ""
        version = (
            f'<input type="hidden" name="{self.prefix}version-{one.code}" '
            f'value="{self.versions[one.code]}">'
            if one.code in self.versions
            else ""
        )
        return f'<input type="hidden" name="{self.prefix}in" value="{one.code}">{version}'

    def _told(self, section: Section) -> str:
        """Answers of other pages that conditions of this one look at."""
        here = {one.code for one in section.fields}
        named = {code for one in section.fields for code in fields_of(one.condition)} - here
        return json.dumps({code: self.answers.get(code) for code in sorted(named)})


_SLOTTED = frozenset({FieldType.FILE, FieldType.PARTNERS})
_EMPTY_SLOT = {
    FieldType.FILE: '<p class="slot-empty muted">Ici, le choix d\'un fichier.</p>',
    FieldType.PARTNERS: '<p class="slot-empty muted">Ici, la liste des partenaires.</p>',
}


def field_html_of_slot(
    one: Field, body: str, anchor: str, hints: Iterable[str], message: str, more: str
) -> str:
    optional = "" if one.required else ' <span class="field-optional">(facultatif)</span>'
    text = " ".join(escape(hint) for hint in hints)
    hint = f'<div class="field-hint" id="{anchor}-hint">{text}</div>' if text else ""
    wrong = (
        f'<ul class="field-error" id="{anchor}-error"><li>{escape(message)}</li></ul>'
        if message
        else ""
    )
    css = " has-error" if message else ""
    return (
        f'<div class="field is-slot{css}" id="{anchor}-group" role="group" tabindex="-1" '
        f'aria-labelledby="{anchor}-label"><p class="field-label" id="{anchor}-label">'
        f"{escape(one.label)}{optional}</p>{hint}{body}{wrong}{more}</div>"
    )


def _note(one: Field) -> str:
    text = "".join(f"<p>{escape(line)}</p>" for line in one.help.splitlines() if line.strip())
    return f'<div class="form-note"><p><strong>{escape(one.label)}</strong></p>{text}</div>'


def _line_of(problem: Problem) -> str:
    if problem.row is None:
        return ""
    side = problem.part.partition("-")[0] if "-" in problem.part else ""
    where = f"{side}, " if side in {"charges", "produits"} else ""
    return f" ({where}ligne {problem.row + 1})"
