"""Errors of the API, as RFC 9457 says them: `application/problem+json`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Demande illisible",
    401: "Clé absente ou refusée",
    403: "Droit insuffisant",
    404: "Introuvable",
    405: "Méthode non admise",
    406: "Format indisponible",
    409: "Conflit",
    410: "Retiré",
    413: "Demande trop lourde",
    415: "Type de contenu non admis",
    422: "Paramètre refusé",
    429: "Trop de demandes",
    500: "Erreur du serveur",
    503: "Service momentanément indisponible",
}
DETAILS = {
    400: "La demande n'a pas pu être lue.",
    401: "Cette action demande une clé valable, dans l'en-tête Authorization: Bearer.",
    403: "Cette clé ne permet pas cette action.",
    404: "Rien ne répond à cette adresse.",
    405: "Cette adresse n'admet pas cette méthode : voyez l'en-tête Allow.",
    413: "Le corps de la demande dépasse la taille admise.",
    422: "Un paramètre n'est pas lisible.",
    429: "La limite de lectures est atteinte : attendez le délai de l'en-tête Retry-After.",
    500: "Une erreur est survenue. Elle est notée ; réessayez plus tard.",
    503: "La base de données ne répond pas. Réessayez dans quelques secondes.",
}


class Problem(Exception):  # noqa: N818  (the name of the RFC)
    """Raise it from a view: it becomes the answer. `errors` are `{"field", "message"}`, in French."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.detail = status, detail
        self.errors, self.headers = list(errors), dict(headers or {})
        super().__init__(detail)


def document(
    status: int, detail: str, *, instance: str, base_url: str, errors: Sequence[Any] = ()
) -> bytes:
    """The body of an error. `type` leads to the words about it in the documentation."""
    said: dict[str, Any] = {
        "type": f"{base_url}/api/v1/docs/#erreur-{status}",
        "title": TITLES.get(status, "Erreur"),
        "status": status,
        "detail": detail or DETAILS.get(status, TITLES.get(status, "La demande a échoué.")),
        "instance": instance,
    }
    if errors:
        said["errors"] = list(errors)
    return json.dumps(said, ensure_ascii=False).encode()
