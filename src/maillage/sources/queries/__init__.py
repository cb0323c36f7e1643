"""Questions about imports: what the screens show."""
