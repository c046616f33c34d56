"""The declarative layer: what a business object is, said once. Frozen specs and the registry, no behaviour."""
