"""Contents of files – what they are, where they lie – and the files that fields of records hold."""
