"""The home of a space and its directory say the same numbers."""

import pytest
from django.http import QueryDict

from maillage.directory.filters import parse
from maillage.directory.queries.memory import current
from maillage.directory.queries.page import directory_page
from maillage.portal.queries.home import commune_counts, figures, sector_counts
from tests.factories import NOW, Cast, make_establishment, make_structure, make_term, tag

pytestmark = pytest.mark.django_db


def test_home_and_directory_count_alike(cast: Cast) -> None:
    sector = make_term(code="sec-ali")
    child = make_term(code="sec-ali-essai", parent=sector)
    for terms in ((sector,), (child,), (sector, child)):
        structure = make_structure(in_space=cast.space)
        tag(structure, *terms)
        make_establishment(structure, municipality_code="93055")
    page = directory_page(cast.space, parse(QueryDict()).filters, now=NOW)
    facets = {
        facet.name: {option.value: option.count for option in facet.options}
        for facet in page.facets
    }
    sectors = {one.code: one.count for one in sector_counts(current(cast.space, NOW))}
    communes = {one.code: one.count for one in commune_counts(cast.space, current(cast.space, NOW))}
    assert (sectors, facets["secteur"]["sec-ali"]) == ({"sec-ali": 3}, 3)
    assert communes == facets["commune"]
    assert figures(cast.space).structures == page.total == 3
