"""Who may see and do what: the actor, reaches of grants, row scopes, field rules, shares."""
