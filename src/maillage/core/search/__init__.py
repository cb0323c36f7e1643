"""Full-text search that forgives: one function, SQLite and PostgreSQL behind it.

`index` and `remove` keep the documents of a *kind* of objects; `search` answers a typed query.
The caller brings the documents and the synonyms: nothing here knows what they are about.
"""

from maillage.core.search.api import Document, Hits, index, remove, search

__all__ = ["Document", "Hits", "index", "remove", "search"]
