"""The outbox: what happened to which record, stored with the change and delivered after it."""
