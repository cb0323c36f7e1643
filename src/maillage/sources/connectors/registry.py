"""The connectors, by key. They are imported when used: some bring heavy libraries."""

from importlib import import_module

from maillage.sources.connectors.base import Connector

_PATHS = {
    "sirene": "maillage.sources.connectors.sirene:SireneConnector",
    "entreprises": "maillage.sources.connectors.entreprises:EntreprisesConnector",
    "rna": "maillage.sources.connectors.rna:RnaConnector",
    "ess_list": "maillage.sources.connectors.ess_list:EssListConnector",
    "esus": "maillage.sources.connectors.esus:EsusConnector",
    "siae": "maillage.sources.connectors.siae:SiaeConnector",
    "data_inclusion": "maillage.sources.connectors.data_inclusion:DataInclusionConnector",
    "geocoding": "maillage.sources.connectors.geocoding:GeocodingConnector",
    "table": "maillage.sources.connectors.table:TableConnector",
    "decision": "maillage.sources.connectors.decision:DecisionConnector",
}
# Whose word weighs more when two sources disagree; a person's always wins. The State's registers
# come first, then lists kept by the State's services, then the files an agent keeps.
PRIORITIES = {
    "sirene": 50,
    "entreprises": 50,
    "rna": 40,
    "geocoding": 35,
    "esus": 30,
    "siae": 30,
    "data_inclusion": 30,
    "ess_list": 20,
    "table": 10,
    "demo": 5,
}


def connector(key: str) -> Connector:
    """The connector named `key`. Raises `KeyError` for an unknown one."""
    module, name = _PATHS[key].split(":")
    return getattr(import_module(module), name)()
