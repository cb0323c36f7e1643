"""What changes the keys and the webhooks of a space."""
