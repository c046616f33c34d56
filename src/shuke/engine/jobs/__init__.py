"""Long work: runs in the worker, shows progress, can be cancelled, comes back as a report."""
