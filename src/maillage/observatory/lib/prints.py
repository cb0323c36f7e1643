"""A visitor's voice counts once a day and network, without keeping the network."""

from datetime import date

from django.utils.crypto import salted_hmac


def print_of(network: str, day: date, declared_id: int) -> str:
    """Keyed with the installation's secret and bound to one need: prints of two needs cannot be brought together."""
    return salted_hmac(
        "observatory.echo", f"{network}\0{day.isoformat()}\0{declared_id}", algorithm="sha256"
    ).hexdigest()
