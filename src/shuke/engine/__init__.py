"""Everything generic that a business object gets for nothing; reads the resources, knows no app and no HTTP."""
