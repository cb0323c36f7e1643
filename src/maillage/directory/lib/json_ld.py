"""A structure in the vocabulary of schema.org, for search engines."""

import json
from typing import Any

from maillage.directory.lib.pages import SheetPlace, StructureSheet

# Inside a <script>, these characters could end it or open a comment (HTML, "script data" states).
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_TYPES = {"coopérative": "Cooperative", "association": "NGO", "fondation": "NGO"}


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
        "@type": _TYPES.get(card.family_label, "Organization"),
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
        "foundingDate": sheet.created_on.isoformat() if sheet.created_on else "",
        "telephone": sheet.phone,
        "email": sheet.email,
        "sameAs": [sheet.website] if sheet.website else [],
        "address": _address(places[0]) if places else {},
        "location": [_place(place) for place in places],
        "areaServed": card.municipality_names,
        "knowsAbout": [tag.label for tag in sheet.sectors],
        "hasCertification": [
            {"@type": "Certification", "name": label.label} for label in sheet.labels
        ],
    }
    return {name: value for name, value in document.items() if value}


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
    return found
