"""Door plate of the portal: the management menu and the legal pages of a space."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from maillage.core.room import NavEntry, Panel, Room, embeds, register
from maillage.directory.lib.pages import DirectoryPage, StructureSheet
from maillage.portal.queries.audience import readings_of
from maillage.portal.queries.embeds import builder_url, kind_of_page, oembed_url, state_of
from maillage.spaces.access import may_here
from maillage.structures.models import Structure
from maillage.structures.queries.acting import identities_of
from maillage.structures.queries.people import is_kept


@dataclass(frozen=True, kw_only=True)
class SpaceFooterEntry(NavEntry):
    """A footer link to a page of the space of the address."""

    def url(self, request: HttpRequest, name: str = "") -> str:
        return reverse(name or self.url_name, args=[request.space.slug])  # type: ignore[attr-defined]


class StateOfAccessibility(SpaceFooterEntry):
    """The footer of every page tells the state (décret n° 2019-768, article 4)."""

    def text(self, request: HttpRequest) -> str:
        return f"{self.label} : {request.space.conformity}"  # type: ignore[attr-defined]


def in_space(request: HttpRequest) -> bool:
    return getattr(request, "space", None) is not None


def outside_spaces(request: HttpRequest) -> bool:
    return not in_space(request)


def may_manage(request: HttpRequest) -> bool:
    return may_here(request, "space.manage")


def signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def administers(request: HttpRequest) -> bool:
    return may_here(request, "space.administer")


def link_of_structure(_request: HttpRequest, structure: Structure) -> dict[str, object]:
    return {"structure": structure}


def acting_identity(request: HttpRequest, _subject: object) -> dict[str, object] | None:
    """For whom the reader acts here, and for whom else they could: the band at the top of every page.

    In the management of a space it asks the database nothing; elsewhere, one query.
    """
    if getattr(request, "acts_for_space", False):
        if not may_here(request, "space.manage"):
            return None
        administers = may_here(request, "space.administer")
        return {"acting": "space", "role": "administrateur" if administers else "agent"}
    structure = getattr(request, "structure", None)
    fixed = structure is not None
    structure = structure or getattr(request, "acting_structure", None)
    return {
        "acting": "structure" if structure else "self",
        "structure": structure,
        # The pages of a structure are always in its name: leave them to act for another.
        "next": reverse("account_home") if fixed else request.get_full_path(),
        "identities": identities_of(request.user),
    }


def who_keeps(_request: HttpRequest, sheet: StructureSheet) -> dict[str, object]:
    """Nothing of the reader: the public page stays the same for everyone. Nobody is named."""
    return {"kept": is_kept(sheet.card.id), "slug": sheet.card.slug}


def readings_last_month(_request: HttpRequest, structure: Structure) -> dict[str, object] | None:
    """How often a page was read in the last whole month; nothing to show before its first reading."""
    until = timezone.localdate().replace(day=1) - timedelta(days=1)
    since = until.replace(day=1)
    known = readings_of(structure.pk, since, until)
    if not known:
        return None
    clicks = sum(known.get(kind, 0) for kind in ("website", "phone", "email"))
    return {"month": since, "read": known.get("structure", 0), "clicks": clicks}


def frame_of(request: HttpRequest, subject: object) -> dict[str, object] | None:
    """Where to make a frame of the page being read, and how other software learns of it.

    A page with filters that has no frame of its own (a sector, a commune) is framed as a list.
    """
    match = request.resolver_match
    kind = kind_of_page(match.view_name) if match else None
    querystring = subject.querystring if isinstance(subject, DirectoryPage) else ""
    if match is None or (kind is None and not querystring):
        return None
    kind = kind or embeds()["liste"]
    querystring = querystring or state_of(request, kind)
    item = str(match.kwargs.get(kind.item, "")) if kind.item else ""
    page = request.path + (f"?{querystring}" if querystring else "")
    return {
        "title": kind.label,
        "builder_url": builder_url(request.space, kind, item, querystring),  # type: ignore[attr-defined]
        "oembed_url": oembed_url(page),
    }


def nothing_more(_request: HttpRequest, _subject: object) -> dict[str, object]:
    """The fragment says it all by itself."""
    return {}


ROOM = register(
    Room(
        name="portal",
        label="Portail",
        panels=(
            Panel(
                slot="structure_link",
                template="portal/manage/_structure_link.html",
                context=link_of_structure,
            ),
            Panel(
                slot="member_home",
                template="portal/member/_readings.html",
                context=readings_last_month,
                order=80,
            ),
            Panel(
                slot="account_home",
                template="portal/account/_my_data_card.html",
                context=nothing_more,
                order=90,
            ),
            Panel(
                slot="take_away",
                template="portal/embeds/_menu_item.html",
                context=frame_of,
            ),
            Panel(slot="share", template="portal/embeds/_button.html", context=frame_of),
            Panel(slot="discovery", template="portal/embeds/_discovery.html", context=frame_of),
            Panel(slot="acting", template="portal/_acting.html", context=acting_identity),
            Panel(slot="structure_side", template="portal/_kept.html", context=who_keeps, order=20),
            Panel(
                slot="structure_side",
                template="portal/privacy/_about_you.html",
                context=nothing_more,
                order=90,
            ),
        ),
        nav=(
            NavEntry(
                label="Mes structures",
                url_name="member:mine",
                slot="account",
                order=20,
                icon="building-community",
            ),
            NavEntry(
                label="Mes espaces",
                url_name="portal:after_login",
                slot="site",
                order=90,
                shown=signed_in,
            ),
            NavEntry(
                label="Gestion",
                url_name="manage:dashboard",
                slot="tools",
                order=10,
                icon="layout-dashboard",
                shown=may_manage,
            ),
            NavEntry(
                label="Tableau de bord",
                url_name="manage:dashboard",
                slot="agent",
                order=10,
                icon="layout-dashboard",
                exact=True,
            ),
            NavEntry(
                label="Structures",
                url_name="manage:structures",
                slot="agent",
                order=20,
                icon="building-community",
            ),
            NavEntry(
                label="Demandes de fiche",
                url_name="manage:claims",
                slot="agent",
                order=16,
                icon="key",
                group="À traiter",
            ),
            NavEntry(
                label="Téléphone et fraîcheur",
                url_name="manage:freshness",
                slot="agent",
                order=25,
                icon="phone",
                also=("manage:calls", "manage:closures"),
            ),
            NavEntry(
                label="Vocabulaire et règles",
                url_name="manage:vocabulary",
                slot="agent",
                order=75,
                icon="tag",
                group="Réglages",
            ),
            NavEntry(
                label="Réglages de l'espace",
                url_name="manage:identity",
                slot="agent",
                order=70,
                icon="settings",
                shown=administers,
                group="Réglages",
            ),
            NavEntry(
                label="Accessibilité : non conforme",
                url_name="portal:accessibility",
                slot="footer",
                order=80,
                shown=outside_spaces,
            ),
            SpaceFooterEntry(
                label="Données ouvertes et sources",
                url_name="portal:data",
                slot="footer",
                order=70,
                shown=in_space,
            ),
            StateOfAccessibility(
                label="Accessibilité",
                url_name="portal:space_accessibility",
                slot="footer",
                order=80,
                shown=in_space,
            ),
            SpaceFooterEntry(
                label="Mentions légales",
                url_name="portal:legal",
                slot="footer",
                order=90,
                shown=in_space,
            ),
            SpaceFooterEntry(
                label="Données personnelles",
                url_name="privacy:personal_data",
                slot="footer",
                order=91,
                shown=in_space,
            ),
            SpaceFooterEntry(
                label="Contact",
                url_name="privacy:contact",
                slot="footer",
                order=60,
                shown=in_space,
            ),
            SpaceFooterEntry(
                label="Plan du site",
                url_name="privacy:site_map",
                slot="footer",
                order=95,
                shown=in_space,
            ),
            NavEntry(
                label="Mes données",
                url_name="privacy:my_data",
                slot="account",
                order=85,
                icon="shield-check",
            ),
            NavEntry(
                label="Demandes sur les données",
                url_name="privacy:rights",
                slot="agent",
                order=17,
                icon="shield-check",
                group="À traiter",
            ),
            NavEntry(
                label="Audience",
                url_name="privacy:audience",
                slot="agent",
                order=55,
                icon="chart-bar",
            ),
        ),
    )
)
