"""No tables of its own; Django tells only apps with a models module that a migration has ended (``apps.py``)."""
