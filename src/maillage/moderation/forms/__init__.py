"""What people and agents fill in: shape and words; actions decide."""
