"""One presenter turns rows into cells for pages, JSON, spreadsheets and search hits: masking, names, formats."""
