"""The account of a report when the call has no form of its own: three questions, as the official report asks them.

After the outline of form 15059 (arrêté du 11 octobre 2006): what was done, its effects, what differed.
"""

from typing import Any

DEFAULT: dict[str, Any] = {
    "sections": [
        {
            "code": "bilan",
            "title": "Bilan qualitatif",
            "intro": "Ce qui a été fait, pour qui, et ce que cela a changé.",
            "fields": [
                {
                    "code": "mise_en_oeuvre",
                    "type": "long_text",
                    "label": "Décrivez la mise en œuvre du projet",
                    "help": "Actions réalisées, lieux, dates, partenaires.",
                    "required": True,
                    "max_length": 4000,
                },
                {
                    "code": "publics",
                    "type": "long_text",
                    "label": "Qui en a bénéficié ?",
                    "help": "Nombre de personnes et profils, sans nommer personne.",
                    "required": True,
                    "max_length": 2000,
                },
                {
                    "code": "ecarts",
                    "type": "long_text",
                    "label": "Expliquez les écarts avec le projet prévu",
                    "required": False,
                    "max_length": 2000,
                },
            ],
        }
    ]
}
