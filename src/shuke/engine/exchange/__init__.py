"""Spreadsheets in and out: guessed mappings, dry runs, jobs that resume, files that are safe to open."""
