"""History that no code path can skip: triggers record every change of every tracked table; undo reads it back."""
