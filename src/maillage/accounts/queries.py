"""Questions about accounts."""

from allauth.account.models import EmailAddress

from maillage.accounts.models import User


def verified_addresses(user: User) -> frozenset[str]:
    """Addresses, in lower case, that `user` has shown to be theirs."""
    rows = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return frozenset(address.lower() for address in rows)
