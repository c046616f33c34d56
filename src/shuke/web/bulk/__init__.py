"""Many records at once: dialogs on ticked ones, imports, work in the background."""
