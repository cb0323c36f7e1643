"""What becomes of a grant: notified, accepted, agreed, paid, reported, given back."""
