"""One thing done to many records: at once for some, as a job that can be stopped, reported on and undone for more."""
