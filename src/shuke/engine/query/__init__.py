"""Reading: criteria to SQL, search, sorted keyset pages, capped counts – always within what the actor may see."""
