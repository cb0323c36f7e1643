"""The rules of a call as a tagged PDF: the tree of its page (`lib/rulebook.py`), on paper."""

from datetime import datetime
from typing import Any

from maillage.calls.lib.moments import moment_words
from maillage.calls.lib.rulebook import Rulebook
from maillage.calls.models import Edition
from maillage.core.pdf.making import make

TEMPLATE = "calls/rules.typ"


def rules_pdf(edition: Edition, book: Rulebook, *, at: datetime) -> bytes:
    """`at` is written in the document: the same call at the same `at` gives the same bytes."""
    return make(TEMPLATE, rules_data(edition, book, at=at), at=at)


def rules_data(edition: Edition, book: Rulebook, *, at: datetime) -> dict[str, Any]:
    published = edition.published_at is not None
    state = "Règlement" if published else "Projet de règlement, non publié"
    closes = f"Clôture : {moment_words(edition.closes_at)}" if edition.closes_at else ""
    contact = f"Contact : {edition.contact_email}" if edition.contact_email else ""
    return {
        "title": f"{edition.title} : règlement",
        "heading": edition.title,
        "over": f"{state} · {edition.space.authority or edition.space.name}",
        "subtitle": edition.summary,
        "author": edition.space.authority,
        "foot": f"{edition.title}, {state.lower()}, état au {moment_words(at)}",
        "closes": closes,
        "description": edition.description,
        "themes": [one["label"] for one in edition.themes],
        "costs": edition.eligible_costs,
        "benefits": [str(one) for one in edition.benefits],
        "money": [*book.money, *book.instalments],
        "dates": [list(row) for row in book.dates],
        "terms": [
            {"label": one.label, "text": one.text, "weight": one.weight, "legal": one.legal}
            for one in book.terms
        ],
        "measures": [
            {
                "label": one.label,
                "text": " ".join(filter(None, [one.text, one.note])),
                "weight": one.weight,
                "levels": [[str(rank), words] for rank, words in one.levels],
            }
            for one in book.measures
        ],
        "reading": book.reading,
        "law": book.law,
        "changes": book.changes,
        "contact": contact,
    }
