"""What people type about keys and webhooks."""
