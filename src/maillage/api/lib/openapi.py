"""What the library cannot say by itself: filters of the directory, problem documents, media types."""

from typing import Any

_LIST = {"type": "array", "items": {"type": "string", "maxLength": 80}, "maxItems": 50}
_WHOLE = {"type": "integer", "format": "int64"}
_BOX = {"type": "string"}
_DIRECTORY = (
    "q", "secteur", "famille", "label", "commune", "quartier", "public", "taille", "bbox", "pres", "tri",
)  # fmt: skip
PARAMETERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "q": ({"type": "string"}, "Mots cherchés, comme dans l'annuaire.", "réparation vélo"),
    "secteur": (_LIST, "Code d'un secteur.", "sec-ali"),
    "famille": (_LIST, "Code d'une famille.", "association"),
    "label": (_LIST, "Code d'un agrément ou d'un label.", "lab-esus"),
    "commune": (_LIST, "Code INSEE d'une commune.", "93048"),
    "quartier": (_LIST, "Code d'un quartier.", "QN09303M"),
    "public": (_LIST, "Code d'un public.", "pub-familles"),
    "taille": (_LIST, "Classe d'effectif.", "1-9"),
    "bbox": ({"type": "string"}, "Ouest, sud, est, nord, en degrés.", "2.40,48.85,2.50,48.90"),
    "pres": (
        {"type": "string"},
        "Longitude, latitude : du plus proche au plus loin.",
        "2.44,48.86",
    ),
    "f": ({"type": "string", "enum": ["json", "html"]}, "json ou html.", "json"),
    "limit": (_WHOLE | {"minimum": 1, "default": 100}, "Objets par page, 1000 au plus.", "100"),
    "offset": (_WHOLE | {"minimum": 0, "default": 0}, "Objets à passer.", "0"),
    "ogc_bbox": (_BOX, "Ouest, sud, est, nord, en degrés.", "2.40,48.85,2.50,48.90"),
    "datetime": ({"type": "string"}, "Lu, et sans effet : aucun objet n'est daté.", "2026-01-01"),
    "tri": ({"type": "string"}, "pertinence, nom, distance ou recent.", "nom"),
}


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """The document of the library, completed. Our own marks (`x-filters`, `x-media-type`) are consumed."""
    for path in schema["paths"].values():
        for operation in path.values():
            names = _DIRECTORY if operation.pop("x-filters", False) else ()
            names = (*names, *operation.pop("x-parameters", ()))
            if names:
                operation.setdefault("parameters", []).extend(map(_parameter, names))
            media_type = operation.pop("x-media-type", "")
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                if "application/json" not in content:
                    continue
                if int(status) >= 400:
                    content["application/problem+json"] = content.pop("application/json")
                elif media_type:
                    content[media_type.partition(";")[0]] = content.pop("application/json")
                if int(status) < 400 and "f" in names:
                    content["text/html"] = {"schema": {"type": "string"}}
    return schema


def _parameter(name: str) -> dict[str, Any]:
    schema, said, example = PARAMETERS[name]
    several = schema is _LIST
    return {
        "in": "query",
        "name": name.removeprefix("ogc_"),
        "required": False,
        "description": said + (" Répété, veut dire « ou »." if several else ""),
        "schema": schema,
        "example": [example] if several else example,
    }
