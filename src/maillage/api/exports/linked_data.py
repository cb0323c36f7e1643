"""Structures in the vocabulary of schema.org, as one data set by page, readable without fetching a context."""

from collections.abc import Iterable
from typing import Any

from maillage.api.lib import licence
from maillage.api.queries.records import Record
from maillage.directory.lib.json_ld import NETWORKS, TYPES
from maillage.spaces.models import Space
from maillage.structures.enums import Axis

_LINKS = ("url", "sameAs", "license", "isBasedOn", "includedInDataCatalog")
# In the document itself: a reader of RDF then asks schema.org nothing.
CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    **{name: {"@type": "@id"} for name in _LINKS},
}


def data_set(space: Space, records: Iterable[Record], *, total: int, here: str, home: str) -> Any:
    """`here` is the address of this page, `home` the directory's."""
    return {
        "@context": CONTEXT,
        "@id": here,
        "@type": "Dataset",
        "name": f"Annuaire de l'économie sociale et solidaire : {space.name}",
        "description": f"Les structures de l'économie sociale et solidaire que publie : {space.authority}.",
        "inLanguage": "fr",
        "url": home,
        "license": licence.URL,
        "creator": {"@type": "GovernmentOrganization", "name": space.authority},
        "isAccessibleForFree": True,
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": total,
            "itemListElement": [organization(record) for record in records],
        },
    }


def organization(record: Record) -> dict[str, Any]:
    row = record.row
    found: dict[str, Any] = {
        "@id": row["url"],
        "@type": TYPES.get(str(row["famille"]), "Organization"),
        "url": row["url"],
        "name": record.name,
        "alternateName": row["sigle"],
        "description": row["presentation"],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": kind, "value": value}
            for kind, value in (
                ("SIREN", row["siren"]),
                ("RNA", row["rna"]),
                ("SIRET", row.get("siret")),
            )
            if value
        ],
        "iso6523Code": f"0002:{row['siren']}" if row["siren"] else "",
        "foundingDate": row["date_creation"].isoformat() if row["date_creation"] else "",
        "telephone": row["telephone"],
        "email": row["courriel"],
        "sameAs": [url for url in (row["site_web"], *record.pages) if url],
        "location": _place(record),
        "areaServed": row.get("commune", ""),
        "knowsAbout": [one.label for one in record.terms if one.axis == Axis.SECTOR],
        "hasCertification": [
            {"@type": "Certification", "name": one.label}
            for one in record.labels
            if one.code not in NETWORKS
        ],
        "memberOf": [
            {"@type": "Organization", "name": one.label}
            for one in record.labels
            if one.code in NETWORKS
        ],
        "makesOffer": [
            {
                "@type": "Offer",
                "itemOffered": _told(
                    {
                        "@type": "Service",
                        "name": one.name,
                        "description": one.description,
                        "url": one.url,
                    }
                ),
            }
            for one in record.services
        ],
        "subjectOf": {
            "@type": "WebPage",
            "url": row["url"],
            "dateModified": record.updated_on.isoformat(),
        },
    }
    return _told(found)


def _place(record: Record) -> dict[str, Any]:
    row = record.row
    address = _told(
        {
            "@type": "PostalAddress",
            "streetAddress": row.get("adresse", ""),
            "postalCode": row.get("code_postal", ""),
            "addressLocality": row.get("commune", ""),
            "addressCountry": "FR",
        }
    )
    found: dict[str, Any] = {"@type": "Place", "address": address}
    if record.point:
        lon, lat = record.point
        found["geo"] = {"@type": "GeoCoordinates", "longitude": lon, "latitude": lat}
    return found


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
