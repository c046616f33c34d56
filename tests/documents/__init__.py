"""A document with lines that the product does not have: what quotes and orders stand on is proven with it."""
