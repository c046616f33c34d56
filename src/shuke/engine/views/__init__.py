"""Saved views of lists: what a person looks at and how, kept under a name, alone or with others."""
