"""The page of one record and all that is done on it; the forms that make and change one."""
