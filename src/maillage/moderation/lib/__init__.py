"""Pure helpers of the contributions."""
