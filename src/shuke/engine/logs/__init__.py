"""Reading the two logs: what was done (the changes), and who came in (SYS-10)."""
