"""Sirene stock files (INSEE): legal units and establishments."""

from maillage.sources.connectors.sirene.connector import SireneConnector

__all__ = ["SireneConnector"]
