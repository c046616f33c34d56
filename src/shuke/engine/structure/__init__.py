"""The company as one tree: reading, re-ordering and dissolving it, people who leave, and its spreadsheet."""
