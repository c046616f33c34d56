"""Numbers of documents and records: gap-free, one row lock per series (SYS-03)."""
