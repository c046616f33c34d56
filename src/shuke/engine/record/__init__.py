"""What every stored object is: base models, the guarded manager, field types."""
