"""The menu of the pages of one structure, for the people who keep it."""

from html import escape
from typing import NamedTuple

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from maillage.core.ui import icons
from maillage.spaces.permissions.matrix import allows

register = template.Library()


class Entry(NamedTuple):
    """`act` is the line of the table of roles that opens the page; `exact`: its address begins the others'."""

    label: str
    url_name: str
    act: str
    icon: str
    exact: bool = False


ENTRIES = (
    Entry("Accueil de la fiche", "member:home", "structure.edit", "building-community", exact=True),
    Entry("Modifier", "member:edit", "structure.edit", "edit"),
    Entry("Lieux et horaires", "member:places", "structure.edit", "map-pin"),
    Entry("Membres", "member:members", "structure.members", "users"),
    Entry("Historique", "member:history", "structure.history", "history"),
)


@register.simple_tag(takes_context=True)
def keeper_nav(context: template.Context) -> SafeString:
    """Links to the pages of `request.structure` that this person may open."""
    request = context["request"]
    links = []
    for entry in ENTRIES:
        if not allows(entry.act, request.structure_roles):
            continue
        address = reverse(entry.url_name, args=[request.structure.pk])
        inside = not entry.exact and request.path.startswith(address)
        current = "page" if request.path == address else ("true" if inside else "")
        mark = f' aria-current="{current}"' if current else ""
        links.append(
            f'<li><a href="{escape(address)}"{mark}>{icons.icon(entry.icon)} '
            f"<span>{escape(entry.label)}</span></a></li>"
        )
    return SafeString(f"<ul>{''.join(links)}</ul>")
