"""What agents do with a deposited file. Each act is one transaction, with its line in the journal, without a name."""
