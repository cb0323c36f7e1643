"""Pages by which a page is edited, the same for agents and for the structure's own people."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from maillage.portal.views import drafts, edit, kept, parts, versions

View = Callable[..., HttpResponse]
Door = Callable[[View, str], View]
EDIT, READ_AND_RESTORE = "structure.edit", "structure.history"


def desk_paths(door: Door) -> list[URLPattern]:
    """`door` is that of the agents or that of the keepers (`views/desk.py`)."""
    return [
        path("modifier/", door(edit.edit_structure, EDIT), name="edit"),
        path("verifiee/", door(edit.check_structure, EDIT), name="check"),
        path("termes/", door(parts.terms, EDIT), name="terms"),
        path("lieux/", door(kept.places, EDIT), name="places"),
        path("etablissements/ajouter/", door(edit.establishment, EDIT), name="new_establishment"),
        path("etablissements/<int:place>/", door(edit.establishment, EDIT), name="establishment"),
        path("etablissements/<int:place>/horaires/", door(edit.hours, EDIT), name="hours"),
        path("contenus/<slug:kind>/", door(kept.kept, EDIT), name="kept"),
        path("contenus/<slug:kind>/ajouter/", door(kept.new, EDIT), name="kept_new"),
        path("contenus/<slug:kind>/<int:row>/", door(kept.item, EDIT), name="kept_item"),
        path("contenus/<slug:kind>/<int:row>/deplacer/", door(kept.move, EDIT), name="kept_move"),
        path(
            "contenus/<slug:kind>/<int:row>/retirer/", door(kept.remove, EDIT), name="kept_remove"
        ),
        path("brouillon/<slug:form>/", door(drafts.draft, EDIT), name="draft"),
        path("brouillon/<slug:form>/abandonner/", door(drafts.drop, EDIT), name="drop_draft"),
        path("historique/", door(versions.history, READ_AND_RESTORE), name="history"),
        path(
            "historique/<int:entry>/",
            door(versions.restore, READ_AND_RESTORE),
            name="restore_version",
        ),
    ]
