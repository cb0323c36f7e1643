"""What the directory knows without HTTP: criteria, the snapshot of a space, what screens show."""
