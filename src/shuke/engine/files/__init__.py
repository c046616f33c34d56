"""Files that hang on records: kept under random names, known by their content, in versions."""
