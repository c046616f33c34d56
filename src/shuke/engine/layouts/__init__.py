"""Forms as administrators arrange them: sections, order, widths, what is left out and what must be filled."""
