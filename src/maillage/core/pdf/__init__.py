"""Documents to print that everybody can read: tagged PDF (PDF/UA-1, ISO 14289-1), in French, fonts inside.

    make("observatory/report.typ", data, images={"map.svg": svg}, at=moment)     # …pdf.making

A room keeps its documents beside its pages, in `templates/<room>/*.typ`; they import `house.typ` (cover, headings,
tables, figures, foot of page). What a person typed is data, never markup: it travels as JSON. A document that has no
title, or a picture without its alternative text, is not made: `PdfError`.
"""
