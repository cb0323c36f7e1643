"""Files kept by an agent. `fields` says what a column may mean, `proposal` guesses, `connector` reads."""

from maillage.sources.connectors.table.connector import TableConnector

__all__ = ["TableConnector"]
