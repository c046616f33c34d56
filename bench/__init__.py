"""Measures the running product against the budgets of the house: `python -m bench --size 10k|100k|1m`."""
