"""The only writers. Each command: one transaction, one change, one order of checks (see ``write.py``)."""
