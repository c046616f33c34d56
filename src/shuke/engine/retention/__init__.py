"""What is let go of for good: records that waited long enough in the recycle bin, with all that hangs on them."""
