"""The catalogue of needs of a space: the shipped ones, as it replaced, hid or completed them."""

from dataclasses import replace

from maillage.observatory.lib.catalogue import NeedSheet, shipped
from maillage.observatory.models import Need
from maillage.spaces.models import Space


def catalogue(space: Space) -> tuple[NeedSheet, ...]:
    """Every sheet, hidden ones too: shipped codes in their order, then the space's own by theme and label.

    A theme's needs stay together: an own need follows the shipped ones of its theme.
    """
    own = {row.code: _sheet(row) for row in Need.objects.filter(space=space)}
    known = {sheet.code for sheet in shipped()}
    sheets = [own.get(sheet.code, sheet) for sheet in shipped()]
    sheets = [replace(sheet, is_shipped=True) for sheet in sheets]
    sheets += [sheet for code, sheet in own.items() if code not in known]
    themes = list(dict.fromkeys(sheet.theme for sheet in sheets))
    return tuple(sorted(sheets, key=lambda sheet: themes.index(sheet.theme)))


def needs_of(space: Space) -> tuple[NeedSheet, ...]:
    """The needs that the space follows. One query."""
    return tuple(sheet for sheet in catalogue(space) if sheet.is_active)


def need_of(space: Space, code: str) -> NeedSheet | None:
    """One need that the space follows."""
    return next((sheet for sheet in needs_of(space) if sheet.code == code), None)


def _sheet(row: Need) -> NeedSheet:
    return NeedSheet(
        code=row.code,
        theme=row.theme,
        label=row.label,
        question=row.question,
        description=row.description,
        terms=tuple(row.terms),
        activities=tuple(row.activities),
        target=row.target,
        reach=row.reach,
        is_active=row.is_active,
        is_own=True,
    )
