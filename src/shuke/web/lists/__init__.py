"""The list of any object: filters, columns, groups, views, and its other shapes."""
