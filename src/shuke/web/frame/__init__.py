"""What every page stands in: who acts, the shell around it, its words, addresses, templates, errors."""
