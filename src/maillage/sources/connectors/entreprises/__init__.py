"""API Recherche d'entreprises (DINUM): open, without key."""

from maillage.sources.connectors.entreprises.connector import EntreprisesConnector

__all__ = ["EntreprisesConnector"]
