"""What administrators set up: the company and its people, numbers, tags, regions, forms, rules; the logs."""
