"""The sentence a person agrees to when they ask for the newsletter. Changed, it is another consent."""


def newsletter_wording(space_name: str) -> str:
    return (
        f"J'accepte de recevoir par e-mail la lettre d'information de l'espace {space_name}. Je peux arrêter à tout "
        "moment par le lien de chaque lettre."
    )
