"""A condition in words, as the builder asks it: « si … est … », on a few lines joined once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from maillage.calls.lib.answer_values import AnswerError, day_of, money_of
from maillage.calls.lib.condition_check import WORDS
from maillage.calls.lib.conditions import number_of
from maillage.calls.lib.form_edit import is_simple

_NEVER = frozenset({"note", "file", "partners", "budget", "indicators", "repeated"})
_MOST_LINES = 8
_OPERATORS = [
    (code, WORDS[code]) for code in ("eq", "ne", "in", "contains", "ge", "le", "gt", "lt")
] + [
    ("filled", "a une réponse"),
    ("empty", "n'a pas de réponse"),
]
_KEEP = "keep"


class ConditionMixin(forms.Form):
    """Adds the lines of a condition to a form of the builder; `earlier` are the questions asked before."""

    earlier: Sequence[Mapping[str, Any]]
    kept: Any

    def add_condition(self, condition: Any, earlier: Sequence[Mapping[str, Any]]) -> None:
        """Call it last in `__init__`. A condition that the lines cannot show is kept, or dropped, whole."""
        self.earlier = [one for one in earlier if one.get("type") not in _NEVER]
        self.kept = condition
        self.is_simple = is_simple(condition)
        if not self.is_simple:
            self.fields["c_keep"] = forms.BooleanField(
                label="Garder la condition composée", required=False, initial=True
            )
            return
        if not self.earlier:
            return
        parts = self._parts(condition)
        joint = "any" if isinstance(condition, Mapping) and "any" in condition else "all"
        self.fields["c_joint"] = forms.ChoiceField(
            label="Posée quand", required=False, initial=joint,
            choices=[("all", "toutes ces conditions sont vraies"), ("any", "une de ces conditions est vraie")],
        )  # fmt: skip
        choices = [("", "(toujours posée)"), *((one["code"], one["label"]) for one in self.earlier)]
        for rank in range(min(len(parts) + 2, _MOST_LINES)):
            part = parts[rank] if rank < len(parts) else {}
            operator = part.get("op", "eq")
            if operator == "filled" and part.get("value") is False:
                operator = "empty"
            self.fields[f"c{rank}_field"] = forms.ChoiceField(
                label="Si", required=False, choices=choices, initial=part.get("field", "")
            )
            self.fields[f"c{rank}_op"] = forms.ChoiceField(
                label="compare", required=False, choices=_OPERATORS, initial=operator
            )
            self.fields[f"c{rank}_value"] = forms.CharField(
                label="à", required=False, max_length=300, initial=self._words(part)
            )

    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Bound fields of each line, for the page."""
        ranks = [
            name[1:-6] for name in self.fields if name.startswith("c") and name.endswith("_field")
        ]
        return [
            (self[f"c{rank}_field"], self[f"c{rank}_op"], self[f"c{rank}_value"]) for rank in ranks
        ]

    def proposed(self) -> list[str]:
        """What a value may be: the answers that earlier questions propose."""
        labels = ["oui", "non"]
        for one in self.earlier:
            labels += [label for _code, label in one.get("choices", [])]
        return list(dict.fromkeys(labels))[:300]

    def condition(self) -> Any:
        """The condition that the lines say. Adds an error on the line that says nothing clear."""
        if not self.is_simple:
            return self.kept if self.cleaned_data.get("c_keep") else {}
        parts = []
        for rank in range(_MOST_LINES):
            code = self.cleaned_data.get(f"c{rank}_field")
            field = next((one for one in self.earlier if one["code"] == code), None)
            if field is not None:
                parts.append(self._part(rank, field))
        if len(parts) < 2:
            return parts[0] if parts else {}
        return {self.cleaned_data.get("c_joint") or "all": parts}

    def _part(self, rank: int, field: Mapping[str, Any]) -> dict[str, Any]:
        operator = self.cleaned_data.get(f"c{rank}_op") or "eq"
        typed = str(self.cleaned_data.get(f"c{rank}_value") or "").strip()
        if operator in {"filled", "empty"}:
            return {"field": field["code"], "op": "filled", "value": operator == "filled"}
        if not typed:
            self.add_error(f"c{rank}_value", "Écrivez à quoi la réponse est comparée.")
            return {"field": field["code"], "op": operator, "value": ""}
        words = [one.strip() for one in typed.split(";")] if operator == "in" else [typed]
        values = [self._value(rank, field, one) for one in words if one]
        return {
            "field": field["code"],
            "op": operator,
            "value": values if operator == "in" else values[0],
        }

    def _value(self, rank: int, field: Mapping[str, Any], typed: str) -> Any:
        kind = field["type"]
        try:
            if kind in {"yes_no", "certify"}:
                return {"oui": True, "non": False}[typed.casefold()]
            if kind in {"choice", "choices"}:
                known = {label.casefold(): code for code, label in field["choices"]}
                return (
                    known.get(typed.casefold())
                    or {code: code for code, _ in field["choices"]}[typed]
                )
            if kind == "money":
                return str(money_of(typed))
            if kind == "date":
                return day_of(typed).isoformat()
        except (AnswerError, KeyError):
            self.add_error(
                f"c{rank}_value", f"« {typed} » n'est pas une réponse possible à cette question."
            )
            return typed
        number = number_of(typed.replace(" ", ""))
        return int(number) if kind == "integer" and number is not None else typed

    @staticmethod
    def _parts(condition: Any) -> list[Mapping[str, Any]]:
        if not condition:
            return []
        if "field" in condition:
            return [condition]
        return list(condition.get("all") or condition.get("any") or [])

    def _words(self, part: Mapping[str, Any]) -> str:
        field = next((one for one in self.earlier if one["code"] == part.get("field")), {})
        value = part.get("value")
        values = value if isinstance(value, list) else [value]
        labels = dict(field.get("choices", []))
        return "; ".join(self._word(labels, one) for one in values)

    @staticmethod
    def _word(labels: Mapping[str, str], value: Any) -> str:
        if isinstance(value, bool):
            return "oui" if value else "non"
        if value is None:
            return ""
        return str(labels.get(value, value) if isinstance(value, str) else Decimal(str(value)))
