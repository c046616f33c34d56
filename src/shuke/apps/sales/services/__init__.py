"""Rules of customers, contacts and their policies."""
