"""How people and programs get in: tokens, and the log of who came, was refused, or left."""
