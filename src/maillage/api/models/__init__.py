"""Keys to write with, and addresses told of changes."""

from maillage.api.models.keys import ApiKey, KeptAnswer
from maillage.api.models.webhooks import Webhook, WebhookDelivery

__all__ = ["ApiKey", "KeptAnswer", "Webhook", "WebhookDelivery"]
