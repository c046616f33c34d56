"""What people say about a record, to each other."""
