"""The people a company consists of: units, users, roles, pools, and the actor made of them."""
