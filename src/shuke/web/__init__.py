"""The way in for browsers: generic htmx pages that render whatever is registered and know no app."""
