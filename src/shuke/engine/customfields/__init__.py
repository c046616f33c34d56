"""Fields that administrators add to any object while the product runs.

A definition is a record like any other (``apps/people/resources/custom_field.py``): listed, changed, undone as such.
What it defines is a real column of the object's table and a real field of its model, so that filters, sorting, indexes,
import, export, history and undo need to know nothing of it (docs/decisions/0008).
"""
