"""Under which licence the data leave. Administrations choose in the list of CRPA art. D323-2-1; ours is its first."""

NAME = "Licence Ouverte 2.0"
SPDX = "etalab-2.0"
URL = "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
