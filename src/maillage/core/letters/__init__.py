"""Letters: one message to one person. A `Letter` is the outbox's row and, for who has an account, the inbox's.

A room declares its kinds of letter in `notices.py`::

    # structures/notices.py
    CLAIM_ACCEPTED = declare(                              # maillage.core.letters.kinds
        LetterKind(
            code="structures.claim_accepted",
            label="Demande acceptée",
            category="structures",
            subject="Vous tenez maintenant la fiche {structure}",
            text="Bonjour {person}, votre demande est acceptée…",
            button="Ouvrir la fiche",
            places={"person": "Nadia Belkacem", "structure": "La Ressourcerie"},
        )
    )

and posts one inside the transaction of what it tells::

    post(CLAIM_ACCEPTED, to=email, values={...}, link=url, now=now, space_id=space.pk)   # …letters.outbox

`accounts.actions.tell` does it for people with an account, at the rhythm they chose.
"""
