"""Pages of the portal: the homes for everyone, the management for agents."""
