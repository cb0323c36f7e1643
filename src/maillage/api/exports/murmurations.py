"""Profiles for the Murmurations network: `organizations_schema-v1.0.0` of its library (https://murmurations.network).

A profile is a static page of JSON; an index of the network reads the list, then each of them.
"""

from datetime import UTC, datetime, time
from typing import Any

from maillage.api.queries.records import Record

SCHEMA = "organizations_schema-v1.0.0"
_LONGEST_TAG, _MOST_TAGS, _LONGEST_NAME = 100, 100, 200


def profile(record: Record, profile_url: str) -> dict[str, Any]:
    """`profile_url` is where this very profile stands."""
    row = record.row
    address = [row.get("adresse"), f"{row.get('code_postal', '')} {row.get('commune', '')}".strip()]
    told = [part for part in address if part]
    found: dict[str, Any] = {
        "linked_schemas": [SCHEMA],
        "name": record.name[:_LONGEST_NAME],
        "nickname": row["sigle"],
        "primary_url": row["site_web"] or row["url"],
        "tags": _tags(record),
        "urls": [
            {"name": "Fiche de l'annuaire", "url": row["url"]},
            *({"url": url} for url in dict.fromkeys(record.pages) if url != row["url"]),
        ],
        "description": row["presentation"],
        "status": "active",
        "full_address": ", ".join([*told, "France"]) if told else "",
        "country_iso_3166": "FR",
        "contact_details": {"email": row["courriel"]} if row["courriel"] else {},
        "telephone": row["telephone"],
        "unique_id": row["siren"] or row["rna"] or profile_url,
    }
    if record.point:
        found["geolocation"] = {"lon": record.point[0], "lat": record.point[1]}
    if row["date_creation"]:
        found["starts_at"] = int(datetime.combine(row["date_creation"], time(), UTC).timestamp())
    return {name: value for name, value in found.items() if value}


def entry(record: Record, profile_url: str) -> dict[str, Any]:
    """A line of the list of profiles."""
    return {
        "profile_url": profile_url,
        "name": record.name[:_LONGEST_NAME],
        "last_updated": record.updated_on.isoformat(),
    }


def _tags(record: Record) -> list[str]:
    """Sectors, labels, family: French words, each once."""
    words = [held.label for held in (*record.terms, *record.labels)]
    words.append(str(record.row["famille"]))
    kept = dict.fromkeys(word[:_LONGEST_TAG] for word in words if word)
    return list(kept)[:_MOST_TAGS]
