"""A structure in the vocabulary of schema.org, for search engines."""

import json
from typing import Any

from maillage.core.hours.week import Span, clock, read_week
from maillage.directory.lib.pages import SheetPlace, StructureSheet

# Inside a <script>, these characters could end it or open a comment (HTML, "script data" states).
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
# Labels that are the name of a network: who bears one is a member of it.
NETWORKS = frozenset({"lab-mjc", "lab-res", "lab-fs", "lab-epn", "lab-ptce"})
TYPES = {"coopérative": "Cooperative", "association": "NGO", "fondation": "NGO"}


def json_ld(sheet: StructureSheet) -> str:
    """JSON that can stand as is inside a `<script type="application/ld+json">`.

    It says no more than the page: addresses kept back are already absent from `sheet`.
    """
    text = json.dumps(_document(sheet), ensure_ascii=False, separators=(",", ":"))
    return "".join(_ESCAPES.get(char, char) for char in text)


def _document(sheet: StructureSheet) -> dict[str, Any]:
    card = sheet.card
    places = [place for place in sheet.places if place.in_perimeter]
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES.get(card.family_label, "Organization"),
        "@id": sheet.url,
        "url": sheet.url,
        "name": card.name,
        "alternateName": card.acronym,
        "legalName": sheet.legal_name,
        "description": sheet.description,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": kind, "value": value}
            for kind, value in (
                ("SIREN", sheet.siren),
                ("RNA", sheet.rna),
                *(("SIRET", place.siret) for place in places),
            )
            if value
        ],
        "iso6523Code": f"0002:{sheet.siren}" if sheet.siren else "",
        "foundingDate": sheet.created_on.isoformat() if sheet.created_on else "",
        "telephone": sheet.phone,
        "email": sheet.email,
        "sameAs": [
            *([sheet.website] if sheet.website else []),
            *(link.url for link in sheet.kept.social),
        ],
        "image": [f"{_site(sheet)}{picture.url}" for picture in sheet.kept.pictures],
        "makesOffer": _offers(sheet),
        "address": _address(places[0]) if places else {},
        "location": [_place(place) for place in places],
        "areaServed": card.municipality_names,
        "knowsAbout": [tag.label for tag in sheet.sectors],
        "hasCertification": [
            {"@type": "Certification", "name": label.label}
            for label in sheet.labels
            if label.code not in NETWORKS
        ],
        "memberOf": [
            {"@type": "Organization", "name": label.label}
            for label in sheet.labels
            if label.code in NETWORKS
        ],
        "mainEntityOfPage": {
            "@type": "WebPage",
            "@id": f"{sheet.url}#page",
            "url": sheet.url,
            "dateModified": sheet.updated_at.isoformat(timespec="seconds"),
        },
    }
    return {name: value for name, value in document.items() if value}


def _site(sheet: StructureSheet) -> str:
    """Where the page is, without its path: files have addresses without a host."""
    return "/".join(sheet.url.split("/", 3)[:3])


def _offers(sheet: StructureSheet) -> list[dict[str, Any]]:
    return [
        {
            "@type": "Offer",
            "itemOffered": {
                key: value
                for key, value in {
                    "@type": "Service",
                    "name": one.name,
                    "description": one.description,
                    "url": one.url,
                }.items()
                if value
            },
        }
        for one in sheet.kept.services
    ]


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _opening_hours(place: SheetPlace) -> list[dict[str, Any]]:
    """Hours of a usual week; ranges shared by several days are told once."""
    week = read_week(place.hours.text) if place.hours else None
    days: dict[Span, list[str]] = {}
    for name, day in zip(_DAYS, week.days if week else (), strict=False):
        for span in day.spans:
            days.setdefault(span, []).append(name)
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": names,
            "opens": clock(span.start),
            "closes": "23:59" if span.end == 24 * 60 else clock(span.end),
        }
        for span, names in days.items()
    ]


def _address(place: SheetPlace) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": place.address,
        "postalCode": place.postal_code,
        "addressLocality": place.municipality_name,
        "addressCountry": "FR",
    }
    return {name: value for name, value in address.items() if value}


def _place(place: SheetPlace) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Place", "address": _address(place)}
    if place.name:
        found["name"] = place.name
    if place.lon is not None and not place.approximate:
        found["geo"] = {"@type": "GeoCoordinates", "longitude": place.lon, "latitude": place.lat}
    if hours := _opening_hours(place):
        found["openingHoursSpecification"] = hours
    return found
