"""What belongs to who is signed in: the way in, home, search, notices, profile."""
