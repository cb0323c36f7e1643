"""Door plate of the accounts: the menu of « Mon compte »."""

from maillage.core.room import NavEntry, Room, register

ROOM = register(
    Room(
        name="accounts",
        label="Comptes",
        nav=(
            NavEntry(
                label="Mon compte",
                url_name="account_home",
                slot="account",
                order=10,
                icon="user",
                exact=True,
                also=("account_profile",),
            ),
            NavEntry(
                label="Mot de passe",
                url_name="account_change_password",
                slot="account",
                order=80,
                icon="lock",
            ),
        ),
    )
)
