"""Reasons for refusing that every space has until it writes its own."""

from typing import NamedTuple


class Reason(NamedTuple):
    code: str
    label: str
    text: str


SHIPPED = (
    Reason(
        "unverifiable",
        "Non vérifiable",
        "Nous n'avons pas pu vérifier cette information. Si vous avez une source (site, document, "
        "contact), proposez-la de nouveau en l'indiquant.",
    ),
    Reason(
        "already_right",
        "Déjà juste",
        "La fiche dit déjà cela, ou une information plus récente.",
    ),
    Reason(
        "not_ess",
        "Hors de l'économie sociale et solidaire",
        "Cette structure ne relève pas de l'économie sociale et solidaire telle que la définit la loi "
        "du 31 juillet 2014 : elle n'entre pas dans cet annuaire.",
    ),
    Reason(
        "outside",
        "Hors du territoire",
        "Cette structure n'a pas de lieu dans les communes de cet annuaire.",
    ),
    Reason(
        "double",
        "Déjà dans l'annuaire",
        "Cette structure est déjà dans l'annuaire, sous ce nom ou sous un autre.",
    ),
    Reason(
        "still_open",
        "Toujours en activité",
        "Nous avons vérifié : cette structure est toujours en activité.",
    ),
    Reason(
        "advert",
        "Publicité ou hors sujet",
        "Cet envoi n'informe pas sur une structure du territoire.",
    ),
    Reason("other", "Autre motif", ""),
)
