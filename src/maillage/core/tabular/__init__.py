"""Read any table people keep (`reading`), understand its cells (`cells`), write tables (`writing`)."""
