"""A form that remembers what the person was shown, to tell what they changed and whom they cross."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from maillage.structures.lib import wire


class Seen:
    """Mix into a form whose `compared` names the fields that are written.

    `seen` comes back with the form: the values shown, as texts. Call `begin` once the fields are there.
    """

    compared: tuple[str, ...] = ()
    fields: dict[str, forms.Field]
    initial: dict[str, Any]
    data: Any
    cleaned_data: dict[str, Any]

    def begin(self, target: Any) -> None:
        """`target` bears the present values; None for something new."""
        self.fields["seen"] = forms.JSONField(widget=forms.HiddenInput, required=False)
        self.initial["seen"] = {
            name: wire(getattr(target, name)) if target is not None else ""
            for name in self.compared
        }

    def changes(self) -> dict[str, Any]:
        """Fields whose typed value differs from the one the person saw."""
        seen = self.seen_values()
        return {
            name: self.cleaned_data[name]
            for name in self.compared
            if wire(self.cleaned_data[name]) != seen.get(name, "")
        }

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.compared}

    def seen_values(self) -> dict[str, str]:
        seen = self.cleaned_data.get("seen")
        return seen if isinstance(seen, dict) else {}

    def show_again(self, newly_seen: dict[str, str]) -> None:
        """Render what was typed once more, with `newly_seen` counted as shown to the person."""
        self.data = self.data.copy()
        self.data["seen"] = json.dumps({**self.seen_values(), **newly_seen})

    def take_up(self, typed: Mapping[str, list[str]], seen: Mapping[str, str]) -> None:
        """Begin again from a draft: what was typed then, over what was shown then."""
        data = QueryDict(mutable=True)
        for name, values in typed.items():
            data.setlist(name, values)
        for name, field in self.fields.items():
            if name != "seen":
                self.initial[name] = field.widget.value_from_datadict(data, {}, name)  # type: ignore[arg-type]
        self.initial["seen"] = dict(seen)
