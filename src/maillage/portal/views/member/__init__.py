"""Pages of people who keep a structure."""
