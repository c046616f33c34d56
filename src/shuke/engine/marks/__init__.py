"""What a person notes for himself: records seen, starred, followed."""
