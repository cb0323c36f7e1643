"""Under which licence the data leave: the first of the list that administrations choose from (CRPA art. D323-2-1)."""

from maillage.sources.queries.credits import LICENCE_OUVERTE, LICENCE_OUVERTE_URL

NAME, URL = LICENCE_OUVERTE, LICENCE_OUVERTE_URL
SPDX = "etalab-2.0"
